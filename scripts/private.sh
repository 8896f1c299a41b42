# shellcheck shell=bash
# The private cluster of this checkout, shared by every ./run of it: the first one in starts it, the last one out stops it.
# Sourced after machine.sh, postgres.sh and build.sh.
#
# Who is in is told by a shared lock on .data/in-use (descriptor 8), which the kernel drops when a process dies, however
# it dies; starting and stopping happen under .data/starting (descriptor 9). The server inherits the first, so nothing is
# stopped or removed beneath a server whose ./run was killed.

data=$root/.data

# private_home: sets pg_home. Root's cluster runs as `postgres`, who may be unable to enter the checkout: its files are in
# /var/lib/mutualaid and .data/cluster points there.
private_home() {
    local link=$data/cluster
    pg_home=$link
    if ((EUID)); then
        [[ ! -L $link ]] || fail "the private cluster was made by root: use sudo, or sudo ./run --reset and rm -r .data"
        return
    fi
    pg_home=/var/lib/mutualaid/$(printf %s "$root" | sha256sum | cut -c 1-16)
    [[ $(readlink "$link" || :) != "$pg_home" ]] || return 0
    if [[ -d $link && ! -L $link ]]; then
        fail "the private cluster was made by $(stat -c %U "$link"): start as that user, or rm -r .data to begin afresh"
    fi
    # No link of ours: .data was deleted, copied or never there. What an earlier checkout at this path left is as much
    # deleted as its .data: the secret that its private data needs is gone.
    if [[ -d $pg_home ]]; then
        say "Removing the cluster of an earlier checkout at this path …"
        remove_cluster
    fi
    ln -sfn "$pg_home" "$link"
}

# cluster_version: the major version that made the data; nothing when there is none yet.
cluster_version() { cat "$pg_home/data/PG_VERSION" 2>/dev/null || :; }

remove_cluster() {
    pg_find "$(cluster_version)" || ! pg_pid >/dev/null || fail "PostgreSQL $(cluster_version) is needed to stop $pg_home"
    pg_stop
    rm -rf -- "${pg_home:?}"
}

# enter [reset]: waits for whoever starts or stops at the moment, then counts as one who is in.
enter() {
    mkdir -p "$data" 2>/dev/null || :
    [[ -w $data ]] || fail "$data cannot be written: it belongs to $(stat -c %U "$data"); start as that user"
    exec 9>"$data/starting" 8>"$data/in-use"
    flock -w 600 9 || fail "another ./run of this checkout has been starting for ten minutes: end it first"
    if [[ ${1:-} == reset ]]; then
        flock -n 8 || fail "this checkout is in use: stop its server (Ctrl-C where it runs), then ./run --reset again"
        private_home
        say "Removing the private cluster …"
        remove_cluster
    fi
    flock -s 8
    trap leave EXIT
}

# leave: stops the cluster when nobody else is in.
leave() {
    local code=$?
    trap '' INT TERM HUP
    exec 9>"$data/starting"
    flock 9
    if flock -n 8; then
        if [[ -e $data/cluster/data/postmaster.pid ]] && private_home && pg_find "$(cluster_version)"; then pg_stop; fi
        [[ ! $app ]] || forget_old_apps
    fi
    exit "$code"
}

start_private_cluster() {
    private_home
    pg_ensure "$(cluster_version)"
    ((EUID)) || install -d -m 755 "${pg_home%/*}"
    install -d -m 700 -o "$(pg_owner)" "$pg_home"
    [[ $(cluster_version) ]] || say "Making a private PostgreSQL cluster …"
    pg_make
    pg_start service "$(socket_folder)"
    [[ $(pg_psql -c "select 1 from pg_database where datname = 'mutualaid'") ]] || pg_psql -c 'create database mutualaid'
    export MUTUALAID_ERASURES=${MUTUALAID_ERASURES:-$data/erasures}
    export MUTUALAID_DATABASE="Host=$pg_sockets;Username=postgres;Database=mutualaid" MUTUALAID_PRIVATE_DEMO=1
}

# socket_folder: short, since a socket's path has at most 107 bytes, and reachable for the cluster's owner.
socket_folder() {
    local base=${TMPDIR:-/tmp}
    { ((${#base} < 60)) && pg_as test -w "$base"; } || base=/tmp
    echo "$base/mutualaid-$(printf %s "$root" | sha256sum | cut -c 1-16)"
}

# master_secret: what the server encrypts private data with; made once, and kept by --reset.
master_secret() {
    [[ ! ${MUTUALAID_SECRET:-}${MUTUALAID_SECRET_FILE:-} ]] || return 0
    export MUTUALAID_SECRET_FILE=$data/secret
    [[ ! -s $data/secret ]] || return 0
    (umask 077 && head -c 32 /dev/urandom | base64 >"$data/secret.making")
    mv "$data/secret.making" "$data/secret"
}
