#!/bin/sh
# Install what the tests need from the system, where that is allowed: real Nix, shellcheck, and for the tests that make and restore
# backups Borg, OpenSSH and jq. With `demo`: only what `make demo` needs. With `venv`: Python's venv module, which Debian ships apart.
# With `borg-1.4`: what scripts/borg_1_4.sh compiles with.
set -eu
export DEBIAN_FRONTEND=noninteractive
PATH=$PATH:/usr/sbin # sshd is there

# need PROGRAM PACKAGE
missing=""
need() {
  command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

# need_file FILE PACKAGE
need_file() {
  [ -e "$1" ] || missing="$missing $2"
}

if [ "${1:-}" = venv ]; then
  missing="python3-venv"
elif [ "${1:-}" = borg-1.4 ]; then
  need gcc gcc
  need pkg-config pkg-config
  need_file /usr/include/string.h libc6-dev
  need_file /usr/include/sys/acl.h libacl1-dev
  need_file /usr/include/openssl/ssl.h libssl-dev
  need_file /usr/include/lz4.h liblz4-dev
  need_file /usr/include/zstd.h libzstd-dev
  need_file /usr/include/xxhash.h libxxhash-dev
  if [ "$(command -v "${PYTHON:-python3}")" = /usr/bin/python3 ]; then
    need python3-config python3-dev
    "${PYTHON:-python3}" -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
  fi
else
  need borg borgbackup
  need sshd openssh-server
  need ssh openssh-client
  need ssh-keygen openssh-client
  need jq jq
  need flock util-linux
  need zsh zsh
  need fish fish
  need mandoc mandoc
  need groff groff-base
  need unshare util-linux
  need age age
fi
if [ -z "${1:-}" ]; then
  need nix-instantiate nix-bin
  need shellcheck shellcheck
  need mkpasswd whois
  need strace strace
  need faketime faketime
  need git git
  need chromedriver chromium-driver
fi
[ -n "$missing" ] || exit 0

# Where systemd runs, installing an SSH server starts it: whoever wants that does it by hand.
case "$missing" in *openssh-server*) [ ! -d /run/systemd/system ] || apart=yes ;; esac
if [ "$(id -u)" != 0 ] || [ -n "${apart:-}" ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "not installed:$missing (please install: apt-get install$missing)" >&2
  [ "${1:-}" != venv ]
  exit
fi
echo "installing:$missing" >&2
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
