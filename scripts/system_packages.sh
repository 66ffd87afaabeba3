#!/bin/sh
# Install what the tests need from the system, where that is allowed: nix-bin (nix-instantiate) and shellcheck.
# With `venv`: Python's venv module instead, which Debian ships apart.
set -eu
export DEBIAN_FRONTEND=noninteractive

missing=""
if [ "${1:-}" = venv ]; then
  missing="python3-venv"
else
  command -v nix-instantiate >/dev/null 2>&1 || missing="$missing nix-bin"
  command -v shellcheck >/dev/null 2>&1 || missing="$missing shellcheck"
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
