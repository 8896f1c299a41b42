# shellcheck shell=bash
# The server, published into .data/app/<hash of its sources>, so that a second start builds nothing and a build never
# overwrites the files of a server that runs. Sourced after machine.sh.

app=''

sources_hash() {
    (cd "$root" && find src seed global.json BannedSymbols.txt .editorconfig Directory.*.props \
        -type d \( -name bin -o -name obj -o -name node_modules -o -name dist \) -prune -o -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16)
}

# build_server: sets app. The browser's files are made too where there is node for it; pages work without them.
build_server() {
    local folder log
    folder=$root/.data/app/$(sources_hash)
    app=$folder/mutualaid.dll
    mkdir -p "$root/.data/app"
    exec 5>"$root/.data/build.lock"
    flock -n 5 || { say "Waiting for another build of this checkout …" && flock 5; }
    if [[ ! -e $app ]]; then
        build_browser_files
        say "Building (the first time takes a minute or two) …"
        log=$(mktemp)
        rm -rf "$root"/.data/app/making
        if ! attend dotnet publish "$root/src/MutualAid.Server" -c Release -o "$root/.data/app/making" -v q \
            --disable-build-servers >"$log" 2>&1 6>&- 8>&- </dev/null; then
            ((signals == 0)) || { rm -f "$log" && exit 130; }
            cat "$log" >&2
            rm -f "$log"
            fail "the build failed (see above). When packages could not be fetched, check the network and start again"
        fi
        rm -f "$log"
        mv "$root/.data/app/making" "$folder"
    fi
    exec 5>&-
    export ASPNETCORE_CONTENTROOT=$folder # the working folder stays the caller's, for relative file names
}

# have_npm: whether there is npm, once it was tried to install it.
have_npm() {
    if ! command -v npm >/dev/null && can_install; then
        say "Installing node …"
        apt_get update >/dev/null 2>&1 || :
        install_packages nodejs npm || :
    fi
    command -v npm >/dev/null
}

# npm_packages: those that the lock file of this folder names, from the registry alone. What npm wrote down last is newer than
# the list of what is wanted: nothing to fetch.
npm_packages() {
    [[ node_modules/.package-lock.json -nt package-lock.json ]] ||
        PUPPETEER_SKIP_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
}

build_browser_files() {
    local package
    package=$(find "$root/src/MutualAid.Server" -maxdepth 2 -name package.json -not -path '*/bin/*' -not -path '*/obj/*' |
        head -n 1)
    [[ $package ]] || return 0
    if ! have_npm; then
        say "Without node (sudo apt-get install nodejs npm) the map and offline posting are missing; all pages work."
        return
    fi
    say "Building the browser's files …"
    (cd "${package%/*}" && npm_packages && npm run build --silent) >&2 6>&- 8>&- ||
        say "The browser's files could not be built (see above): the map and offline posting are missing; all pages work."
}

# fetch_lighthouse: what the tests and benches of pages run in node. Without a browser it is of no use.
fetch_lighthouse() {
    command -v chromium >/dev/null || return 0
    have_npm && say "Fetching Lighthouse …" &&
        (cd "$root/tests/MutualAid.Browser.Tests" && npm_packages) >&2 6>&- 8>&- ||
        say "Without Lighthouse (npm ci in tests/MutualAid.Browser.Tests) its tests fail."
}

# fetch_clients: the programs of others that read the service in tests, those that npm has.
fetch_clients() {
    have_npm && say "Fetching clients …" && (cd "$root/tests/clients" && npm_packages) >&2 6>&- 8>&- ||
        say "Without clients (npm ci in tests/clients) their tests fail."
}

# forget_old_apps: for the last one out; a bench may still be running a build of today.
forget_old_apps() {
    find "$root/.data/app" -mindepth 1 -maxdepth 1 -mmin +1440 ! -path "${app%/*}" -exec rm -rf {} + 2>/dev/null || :
}
