#!/bin/sh
# Redis and PostgreSQL for the tests that talk to a real server. On Debian, as root, what is
# missing is installed, without starting it: the tests start their own. Anywhere else, or without
# a network, a line says what will be skipped. Always succeeds.

has_redis() { command -v redis-server >/dev/null 2>&1; }

has_postgresql() {
  command -v initdb >/dev/null 2>&1 && return
  for program in /usr/lib/postgresql/*/bin/initdb; do
    [ -x "$program" ] && return
  done
  return 1
}

missing() {
  has_redis || printf 'redis-server '
  has_postgresql || printf 'postgresql '
}

skipped() {
  echo "system packages: no $(missing)($1): the tests that need it will be skipped"
  exit 0
}

quiet_apt() {
  DEBIAN_FRONTEND=noninteractive timeout 180 apt-get -qq -o Acquire::Retries=1 \
    -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10 -o DPkg::Lock::Timeout=60 "$@" \
    </dev/null >/dev/null 2>&1
}

install_missing() {
  # Debian starts a server when it installs one, unless this file forbids it.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
  fi
  # shellcheck disable=SC2046 # two names, two words
  quiet_apt install --no-install-recommends -y $(missing) && return
  quiet_apt update
  # shellcheck disable=SC2046
  quiet_apt install --no-install-recommends -y $(missing)
}

[ -n "$(missing)" ] || exit 0
command -v apt-get >/dev/null 2>&1 || skipped "install it with this system's package manager"
[ "$(id -u)" = 0 ] || skipped "installing it needs root"
echo "system packages: installing $(missing)..."
install_missing || skipped "apt-get could not install it"
exit 0
