# shellcheck shell=bash
# PostgreSQL with PostGIS: found or installed, and clusters of our own that touch no other. Sourced after machine.sh.
#
# A cluster has a home: home/data is PostgreSQL's, home/log its log. It listens on a socket only (no TCP port), in a
# folder that only its owner (and root) may enter; that is why `trust` is safe. PostgreSQL refuses to run as root, so
# root's clusters run as `postgres`. The callers' descriptors 5 to 9 (locks, output) are never handed to PostgreSQL.

pg_bin='' pg_home='' pg_sockets=''

pg_owner() { if ((EUID == 0)); then echo postgres; else id -un; fi; }

# A clean environment: PGHOST, PGDATA and the like of the caller's shell speak of other clusters.
pg_as() {
    local as=()
    ((EUID)) || as=(runuser -u postgres --)
    (cd / && exec env -i PATH="$pg_bin:/usr/bin:/bin:/usr/sbin:/sbin" LC_ALL=C.UTF-8 TZ=UTC "${as[@]}" "$@" 5>&- 6>&- 7>&- 8>&- 9>&-)
}

pg_psql() { pg_as psql -XqAt -v ON_ERROR_STOP=1 -h "$pg_sockets" -U postgres "$@"; }

# pg_find [MAJOR]: sets pg_bin to that version's programs, or to the newest from 15 up, if PostGIS is there too.
pg_find() {
    local dir major best=14
    for dir in "$(dirname "$(readlink -f "$(command -v initdb || echo /none/initdb)")")" /usr/lib/postgresql/*/bin; do
        [[ -x $dir/initdb && -x $dir/postgres && -x $dir/pg_config ]] || continue
        [[ -e $("$dir/pg_config" --sharedir)/extension/postgis.control ]] || continue
        major=$("$dir/pg_config" --version | grep -oE '[0-9]+' | head -n 1)
        if [[ ${1:-} ]]; then [[ $major == "$1" ]] || continue; fi
        ((major > best)) && best=$major pg_bin=$dir
    done
    ((best > 14))
}

# pg_ensure [MAJOR]: finds it, or installs it without letting the packages make a cluster of their own on port 5432.
pg_ensure() {
    pg_find "${1:-}" && return
    local major=${1:-15} off=/etc/postgresql-common/createcluster.d/mutualaid.conf
    local packages=("postgresql-$major" "postgresql-$major-postgis-3" "postgresql-$major-postgis-3-scripts")
    can_install || fail "PostgreSQL with PostGIS is needed. Install it and start again:
    sudo apt-get install ${packages[*]}"
    say "Installing PostgreSQL and PostGIS (about half a minute) …"
    apt_get update >/dev/null 2>&1 || say "  apt-get update failed; trying with the package lists that are here"
    if [[ ! ${1:-} ]]; then
        for major in 15 16 17 18; do
            apt-cache show "postgresql-$major-postgis-3" >/dev/null 2>&1 && break
        done
        packages=("postgresql-$major" "postgresql-$major-postgis-3" "postgresql-$major-postgis-3-scripts")
    fi
    as_root mkdir -p "${off%/*}"
    echo 'create_main_cluster = false' | as_root tee "$off" >/dev/null
    install_packages "${packages[@]}" || fail "the installation failed (see above). Install by hand and start again:
    sudo apt-get install ${packages[*]}"
    as_root rm -f "$off" # what is installed here later behaves as its owner expects
    pg_find "${1:-}" || fail "PostGIS was installed but is not found under /usr/lib/postgresql"
}

# pgbouncer_ensure: found, or installed without leaving a pooler of the package's own on port 6432.
pgbouncer_ensure() {
    (PATH=$PATH:/usr/sbin && command -v pgbouncer >/dev/null) && return
    say "Installing PgBouncer for the tests behind a pooler …"
    ! can_install || apt_get update >/dev/null 2>&1 || :
    if can_install && install_packages pgbouncer; then
        ! command -v systemctl >/dev/null || as_root systemctl disable --now pgbouncer >/dev/null 2>&1 || :
    else
        say "PgBouncer could not be installed: sudo apt-get install pgbouncer"
    fi
}

# pg_settings service|test: the whole configuration, written anew at each start.
pg_settings() {
    cat <<END
listen_addresses = ''
unix_socket_directories = '$pg_sockets'
unix_socket_permissions = 0700
timezone = 'UTC'
max_connections = 300
shared_buffers = 512MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
random_page_cost = 1.1      # solid-state disks
jit = off                   # it costs more than it gives on queries of milliseconds
END
    [[ $1 != test ]] || cat <<END
fsync = off                 # the data is thrown away
synchronous_commit = off
full_page_writes = off
END
}

# pg_pid: the process that serves this very cluster. A process id left by a crash, a restart of the machine or a copied
# folder may belong to anybody by now, so the folder and the program are compared too.
pg_pid() {
    local pid data
    [[ -r $pg_home/data/postmaster.pid ]] || return 1
    { read -r pid && read -r data; } <"$pg_home/data/postmaster.pid" || return 1
    [[ $data == "$pg_home/data" && -r /proc/$pid/cmdline ]] || return 1
    [[ $(tr '\0' ' ' <"/proc/$pid/cmdline") == *"postgres -D $data"* ]] && echo "$pid"
}

# pg_make: an empty cluster, in one rename, so that an interrupted one is never taken for whole.
pg_make() {
    [[ ! -e $pg_home/data/PG_VERSION ]] || return 0
    local making=$pg_home/making.$$ # a killed start's initdb may be at work still, in its own folder
    find "$pg_home" -maxdepth 1 -name 'making.*' -exec rm -rf {} + 2>/dev/null || :
    pg_as initdb -D "$making" -U postgres -E UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=reject "$@" \
        >/dev/null || fail "PostgreSQL could not make its files in $pg_home (see above)"
    pg_as mv "$making" "$pg_home/data"
}

# pg_start service|test SOCKETS: starts the cluster unless it runs already, and waits until it answers.
pg_start() {
    local kind=$1 tries pid=''
    if pg_pid >/dev/null; then
        pg_sockets=$(sed -n 5p "$pg_home/data/postmaster.pid")
        for tries in {1..600}; do
            pg_as pg_isready -q -h "$pg_sockets" && return
            [[ -S $pg_sockets/.s.PGSQL.5432 ]] || ((tries < 50)) || break # somebody emptied the temporary folder
            sleep 0.1
        done
        pg_stop
    fi
    pg_sockets=$2
    pg_as mkdir -m 700 "$pg_sockets" 2>/dev/null || :
    [[ $(stat -c %U:%a "$pg_sockets" 2>/dev/null) == "$(pg_owner):700" ]] ||
        fail "$pg_sockets must be a folder of $(pg_owner) with mode 700: remove what is there"
    [[ ! -e $pg_home/data/postmaster.pid ]] || read -r pid <"$pg_home/data/postmaster.pid"
    [[ ! $pid || ! -d /proc/$pid ]] || pg_as rm -f "$pg_home/data/postmaster.pid"
    pg_as rm -f "$pg_sockets"/.s.PGSQL.5432{,.lock}
    pg_settings "$kind" | pg_as tee "$pg_home/data/postgresql.conf" >/dev/null
    # Again and again for some seconds: the children of a killed server take a moment to see that it is gone.
    for tries in 1 2 3 4 5; do
        pg_as pg_ctl start -s -w -t 120 -D "$pg_home/data" -l "$pg_home/log" >/dev/null 2>&1 </dev/null && return
        pg_as tail -n 5 "$pg_home/log" | grep -q 'shared memory block' || break
        sleep 1
    done
    pg_as tail -n 15 "$pg_home/log" >&2
    fail "PostgreSQL did not start: its last words are above, all of them in $pg_home/log"
}

pg_stop() {
    if pg_pid >/dev/null; then
        pg_as pg_ctl stop -s -w -t 60 -m fast -D "$pg_home/data" >/dev/null 2>&1 ||
            pg_as pg_ctl stop -s -w -m immediate -D "$pg_home/data" >/dev/null 2>&1 || :
    fi
    [[ ! $pg_sockets ]] || pg_as rmdir "$pg_sockets" 2>/dev/null || :
}

# pg_temporary NAME service|test: a cluster that lives as long as the calling script, in the system's temporary folder.
pg_temporary() {
    local base=${TMPDIR:-/tmp} old
    { ((${#base} < 60)) && pg_as test -w "$base"; } || base=/tmp
    # What a killed run left: a folder whose lock nobody holds any more.
    while read -r old; do
        (exec 9<"$old/lock" && flock -n 9 && pg_home=$old && pg_discard) 2>/dev/null || :
    done < <(find "$base" -maxdepth 1 -name "mutualaid-$1.*" -user "$(pg_owner)" -mmin +1 2>/dev/null)
    pg_home=$(pg_as mktemp -d "$base/mutualaid-$1.XXXXXX")
    pg_as touch "$pg_home/lock"
    exec 9<"$pg_home/lock"
    flock 9
    pg_make -N
    pg_start "$2" "$pg_home/s"
}

pg_discard() {
    pg_stop
    pg_as rm -rf "$pg_home"
}
