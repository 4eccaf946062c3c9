#!/bin/sh
# Resolves every extra together, so that all locks agree, and writes requirements/*.txt with hashes.
# The locks name no package index: they work with whichever one pip is set up for.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    .venv/bin/python -m pip install --quiet uv
    uv=.venv/bin/uv
fi
together=$(mktemp)
trap 'rm -f "$together"' EXIT
upgrade=${UPGRADE:+--upgrade}

compile() {
    "$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
        --custom-compile-command 'make lock' pyproject.toml "$@" >/dev/null
}

# What is locked now stays, unless UPGRADE=1 asks for newer versions.
[ -n "$upgrade" ] || cat requirements/*.txt >"$together" 2>/dev/null || true
compile --all-extras --no-annotate --output-file "$together" $upgrade
for kind in run dev bench spark postgres; do
    extras=""
    [ "$kind" = run ] || extras="--extra $kind"
    # shellcheck disable=SC2086
    compile $extras --no-annotate --constraint "$together" --output-file "requirements/$kind.txt" --upgrade
done
