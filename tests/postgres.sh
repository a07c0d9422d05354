#!/bin/sh
# Runs a command with DATABASE_URL naming a throw-away PostgreSQL cluster.
#
#   tests/postgres.sh COMMAND...   run it; the exit code is the command's
#   tests/postgres.sh --find       print the folder of the server's programs, nothing where there is none
set -eu

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$programs" ] || programs=$(dirname "$(command -v initdb || true)" 2>/dev/null)
[ -x "$programs/initdb" ] || programs=
if [ "${1:-}" = --find ]; then
    echo "$programs"
    exit 0
fi
if [ -z "$programs" ]; then
    echo "PostgreSQL is not installed." >&2
    exit 69
fi

# initdb refuses root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
    else
        "$@"
    fi
}

folder=$(mktemp -d)
clean_up() {
    as_owner "$programs/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

[ "$(id -u)" != 0 ] || chown postgres "$folder"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd_back=$PWD
cd "$folder"
as_owner "$programs/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C --no-sync >"$folder/log"
as_owner "$programs/pg_ctl" -D "$folder/data" -l "$folder/data/log" -s -w start \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c max_connections=200 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off" || {
    cat "$folder/data/log" >&2
    exit 70
}
cd "$cd_back"
DATABASE_URL="postgresql://postgres@127.0.0.1:$port/postgres" "$@"
