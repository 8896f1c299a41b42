# shellcheck shell=bash
# Is the address free? Asked before the server starts, so that the answer names the way out. Sourced after machine.sh.

# taken HOST PORT: whether somebody answers there.
# shellcheck disable=SC2016 # the inner shell expands them
taken() { timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null || (($? == 124)); }

taken_locally() { taken 127.0.0.1 "$1" || taken ::1 "$1"; }

# port_taken PORT WHO: ends with the way out, a free port further up.
port_taken() {
    local free=$(($1 + 1))
    while taken_locally "$free"; do ((free += 1)); done
    fail "port $1 is already taken by $2. Serve on another one:
    MUTUALAID_URLS=http://localhost:$free ./run"
}

# claim_address: one server an address. Within this checkout a lock decides (descriptor 6, which the server inherits), so
# that of two that start at once one is told at once; for the rest of the machine somebody answering does.
claim_address() {
    local urls=${MUTUALAID_URLS:-http://localhost:5080} url host port other=''
    local scheme='^(https?)://(\[[^]]+\]|[^/:;]+)(:([0-9]+))?/?$'
    exec 6>>"$root/.data/serving-${urls//[^A-Za-z0-9.]/-}"
    if ! flock -n 6; then
        other=$(cat "$root/.data/serving-${urls//[^A-Za-z0-9.]/-}")
        # When its ./run was killed (a zombie has no command line), the server is on its way out too.
        if [[ ! $other || $(tr '\0' ' ' 2>/dev/null <"/proc/$other/cmdline") ]] || ! flock -w 30 6; then
            other="this checkout's own server${other:+ (./run is process $other)}"
        else
            other=''
        fi
    fi
    while read -r -d ';' url; do
        [[ $url =~ $scheme ]] || fail "MUTUALAID_URLS: '$url' is not an address such as http://localhost:5080"
        host=${BASH_REMATCH[2]//[\[\]]/} port=${BASH_REMATCH[4]:-80}
        [[ ${BASH_REMATCH[1]}${BASH_REMATCH[4]} != https ]] || port=443
        [[ ! $other ]] || port_taken "$port" "$other"
        case $host in
            localhost | '*' | + | 0.0.0.0 | ::) ! taken_locally "$port" || port_taken "$port" "another program" ;;
            *) ! taken "$host" "$port" || port_taken "$port" "another program" ;;
        esac
    done <<<"$urls;"
    truncate -s 0 "$root/.data/serving-${urls//[^A-Za-z0-9.]/-}"
    echo $$ >&6
}
