# A published server beside a bench. Sourced; needs MUTUALAID_APP.

export SERVICE=http://127.0.0.1:5097

server=''

# serve_beside: starts it with the caller's environment and returns when it is ready; it ends with the bench. SERVER_LOG
# names a file for what it says.
serve_beside() {
    MUTUALAID_URLS=$SERVICE MUTUALAID_JOBS=${MUTUALAID_JOBS:-off} MUTUALAID_RATE_FACTOR=100000 \
        dotnet "$MUTUALAID_APP" serve >"${SERVER_LOG:-/dev/null}" 2>&1 &
    server=$!
    trap 'kill $server; wait $server || :' EXIT
    for _ in $(seq 100); do
        ! curl -fs "$SERVICE/health/ready" >/dev/null || return 0
        sleep 0.2
    done
    echo "the server is not ready after 20 s (SERVER_LOG=FILE keeps what it says)" >&2
    return 1
}

# seeded OPTION…: the bench is built, and its database has a city as `seed` makes it.
seeded() {
    dotnet build tests/MutualAid.Benchmarks -c Release -v q --nologo >/dev/null
    dotnet "$MUTUALAID_APP" migrate
    dotnet "$MUTUALAID_APP" seed "$@" --seed 1
    psql -qc 'vacuum (analyze)'
}

# matching_beside: a server in the middle of its work. What waits already is asked for first; and a matcher that takes over
# reads everything first, which ./bench rounds measures.
matching_beside() {
    dotnet "$MUTUALAID_APP" match-once >/dev/null 2>&1
    serve_beside
    sleep 40
}

need_wrk() {
    command -v wrk >/dev/null || apt-get install -y --no-install-recommends wrk >/dev/null
}
