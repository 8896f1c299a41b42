# A published server beside a bench. Sourced; needs MUTUALAID_APP and SERVICE, its address.

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
