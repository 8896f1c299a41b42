# The pages that are looked at in a browser, of a city with people in it. Sourced after serving.sh.

# pages: a city, served on $SERVICE; sets PAGES, one a line: a path, and the cookie of who opens it.
pages() {
    local ward request account token=bench-bench-bench-bench-bench-bench-bench-be
    source scripts/machine.sh
    source scripts/build.sh
    fetch_lighthouse
    dotnet "$MUTUALAID_APP" migrate
    dotnet "$MUTUALAID_APP" seed --requests 4000 --offers 4000 --seed 1
    psql -qc 'vacuum (analyze)'
    dotnet "$MUTUALAID_APP" match-once >/dev/null 2>&1
    ward=$(psql -Atc "select public_area_id from request where status = 'open' group by 1 order by count(*) desc, 1 limit 1")
    request=$(psql -Atc "select id from request where status = 'open' order by created_at desc limit 1")
    account=$(psql -Atc "select account_id from request where status = 'open' group by 1 order by count(*) desc, 1 limit 1")
    psql -qc "insert into session (token_hash, id, account_id, kind, second_factor, created_at, last_seen_at, expires_at)
        values (sha256('$token'), gen_random_uuid(), '$account', 'cookie', false, now(), now(), now() + interval '1 day')"
    export MUTUALAID_ROUNDS=off
    serve_beside
    export CHROME_PATH
    CHROME_PATH=$(command -v chromium)
    PAGES="/
/?ward=$ward
/requests/new
/requests/$request
/mine mutualaid=$token"
}
