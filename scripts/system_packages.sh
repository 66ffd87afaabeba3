#!/bin/sh
# Install what the tests need from the system, where that is allowed: real Nix, shellcheck, and for the tests that make and restore
# backups Borg, OpenSSH and jq. With `venv`: Python's venv module instead, which Debian ships apart.
set -eu
export DEBIAN_FRONTEND=noninteractive
PATH=$PATH:/usr/sbin # sshd is there

# need PROGRAM PACKAGE
missing=""
need() {
  command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

if [ "${1:-}" = venv ]; then
  missing="python3-venv"
else
  need nix-instantiate nix-bin
  need shellcheck shellcheck
  need borg borgbackup
  need sshd openssh-server
  need ssh openssh-client
  need jq jq
  need flock util-linux
  need zsh zsh
  need fish fish
  need mandoc mandoc
  need groff groff-base
  need unshare util-linux
  need age age
  need ssh-keygen openssh-client
  need mkpasswd whois
  need strace strace
  need git git
  need chromedriver chromium-driver
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "not installed:$missing (please install; tests that need it are skipped)" >&2
  [ "${1:-}" != venv ]
  exit
fi
echo "installing:$missing" >&2
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
