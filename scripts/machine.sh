# shellcheck shell=bash
# What every script asks of the machine: words to the reader, signals, packages. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# A script that was started in another script's background has Ctrl-C ignored, which bash cannot undo by itself.
if (($(awk '/^SigIgn/ { print "0x" $2 }' /proc/$$/status) & 2)); then
    exec env --default-signal=INT "$root/${0##*/}" "$@"
fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# Progress goes to standard error, so that the output of `./run COMMAND` can be piped.
say() { printf '%s\n' "$*" >&2; }
fail() {
    say "$(basename "$0"): $*"
    exit 1
}

# attend COMMAND…: runs it and stays answerable meanwhile (bash defers a trap while a foreground child runs). The first
# Ctrl-C or TERM asks the command to end; the second ends it at once. Gives back the command's own exit code.
attended='' signals=0
attend() {
    local code before
    "$@" <&0 &
    attended=$!
    while :; do
        before=$signals code=0
        wait "$attended" || code=$?
        ((signals == before)) && break
    done
    attended=''
    return "$code"
}
on_signal() {
    ((signals += 1))
    [[ $attended ]] || exit "$1"
    # TERM for both: bash starts background commands with INT ignored.
    if ((signals == 1)); then kill -TERM "$attended"; else kill -KILL "$attended"; fi 2>/dev/null || :
}
trap 'on_signal 130' INT
trap 'on_signal 143' TERM HUP

as_root() { if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi; }

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" 5>&- 6>&- 8>&- 9>&- </dev/null
}

# can_install: whether packages can be had here without asking for a password.
can_install() { command -v apt-get >/dev/null && { ((EUID == 0)) || sudo -n true 2>/dev/null; }; }

# install_packages PACKAGE…: quiet when it works; the package manager's own words when it does not.
install_packages() {
    local log code=0
    log=$(mktemp)
    apt_get install -y --no-install-recommends "$@" >"$log" 2>&1 || code=$?
    ((code == 0)) || cat "$log" >&2
    rm -f "$log"
    return "$code"
}

need_dotnet() {
    command -v dotnet >/dev/null || fail "the .NET SDK 10 is needed: https://dotnet.microsoft.com/download/dotnet/10.0"
    (cd "$root" && dotnet --version >/dev/null 2>&1) ||
        fail "the .NET SDK that global.json names (10.0.100 or a later 10.0) is needed; installed: $(dotnet --list-sdks | tr '\n' ' ')"
}

# gdal_ensure: found, or installed, for the tests in which GDAL reads the service.
gdal_ensure() {
    ! command -v ogrinfo >/dev/null || return 0
    say "Installing GDAL for the tests of /ogc …"
    ! can_install || apt_get update >/dev/null 2>&1 || :
    { can_install && install_packages gdal-bin; } || say "GDAL could not be installed: sudo apt-get install gdal-bin"
}
