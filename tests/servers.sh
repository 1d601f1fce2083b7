#!/bin/sh
# Sees to it that the servers the tests talk to are there: Dovecot, PostgreSQL and Chromium. Installs what is missing
# when we are root on a Debian-like system, and never starts any of them. Says nothing when all is there. Where one
# stays missing its tests are skipped, and we say so; with CI=true that is a failure.

set -u
PATH=$PATH:/usr/sbin:/sbin

has_dovecot() { command -v dovecot >/dev/null 2>&1; }
has_postgresql() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}
has_chromium() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; }

missing() {
    has_dovecot || printf '%s ' dovecot-imapd
    has_postgresql || printf '%s ' postgresql
    has_chromium || printf '%s ' chromium
}

tests_of() {
    case $1 in
    dovecot-imapd) echo 'the IMAP tests against a real Dovecot' ;;
    postgresql) echo 'the store tests on PostgreSQL' ;;
    chromium) echo 'the portal tests in a browser' ;;
    esac
}

install() {
    echo "installing $* for the tests"
    # Debian starts a server right after installing it, unless this says no; it stands there only meanwhile.
    policy=/usr/sbin/policy-rc.d
    ours=no
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && ours=yes
    fi
    # shellcheck disable=SC2064  # the values of now are meant
    trap "[ $ours = yes ] && rm -f $policy" EXIT
    trap 'exit 130' INT TERM
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    # shellcheck disable=SC2086  # one word per package is meant
    if ! apt-get install -y -q --no-install-recommends "$@" >"$log" 2>&1; then
        # Lists of packages may be missing or old: then once more with new ones.
        { apt-get update -q && apt-get install -y -q --no-install-recommends "$@"; } >"$log" 2>&1 ||
            tail -n 5 "$log" >&2
    fi
    rm -f "$log"
    [ "$ours" = yes ] && rm -f "$policy"
    trap - EXIT INT TERM
}

wanted=$(missing)
[ -z "$wanted" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    # shellcheck disable=SC2086  # one word per package is meant
    install $wanted
    wanted=$(missing)
    [ -z "$wanted" ] && exit 0
fi

for package in $wanted; do
    echo "MISSING: $package, so $(tests_of "$package") are skipped (apt-get install $package)" >&2
done
if [ "${CI:-}" = true ]; then
    echo "this is CI: a missing server is a failure" >&2
    exit 1
fi
exit 0
