#!/bin/sh
# Prints the first Python of version 3.11 or later on the PATH, or says what is missing.
for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
echo "gridcanary needs Python 3.11 or later, and none was found on the PATH." >&2
echo "On Debian or Ubuntu: sudo apt-get install python3 python3-venv" >&2
exit 2
