#!/bin/sh
# with_postgres.sh COMMAND...: runs a command beside a PostgreSQL server of its own, then takes the server away.
# The server lives in a temporary folder, listens on a free loopback port and belongs to an ordinary user, because
# initdb refuses root. The command finds it in GRIDCANARY_DATABASE_URL.
set -eu
[ $# -gt 0 ] || { echo "usage: sh scripts/with_postgres.sh COMMAND..." >&2; exit 2; }

newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
bin=${GRIDCANARY_POSTGRES_BIN:-$newest}
[ -x "$bin/initdb" ] || { echo "no PostgreSQL server found; install it with: apt-get install postgresql" >&2; exit 2; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/gridcanary-postgres.XXXXXX")
owner=postgres
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd "$folder" && runuser -u "$owner" -- "$@")
    else
        "$@"
    fi
}
[ "$(id -u)" -ne 0 ] || chown "$owner" "$folder"
take_away() {
    as_owner "$bin/pg_ctl" stop -D "$folder/data" -m immediate >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap take_away EXIT
trap 'exit 130' INT TERM

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$folder/password")
[ "$(id -u)" -ne 0 ] || chown "$owner" "$folder/password"
as_owner "$bin/initdb" -D "$folder/data" -U gridcanary --pwfile="$folder/password" -A scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log"
# What it holds is thrown away, so nothing waits for the disk.
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 120
CONF

started=no
for _try in 1 2 3 4 5; do # another program may take the port between the question and the start
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    if as_owner "$bin/pg_ctl" start -w -D "$folder/data" -l "$folder/data/server.log" -o "-p $port" >/dev/null; then
        started=yes
        break
    fi
done
[ "$started" = yes ] || { cat "$folder/data/server.log" >&2; exit 1; }
PGPASSWORD=$password "$bin/createdb" -h 127.0.0.1 -p "$port" -U gridcanary gridcanary

export GRIDCANARY_DATABASE_URL="postgresql://gridcanary:$password@127.0.0.1:$port/gridcanary"
export PATH="$bin:$PATH" # pg_dump of the server's own version
status=0
"$@" || status=$?
exit "$status"
