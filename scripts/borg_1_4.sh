#!/bin/sh
# The second Borg of the tests: 1.4 from PyPI, beside the system's older one, in a virtual environment of its own that is kept. PyPI has
# its source alone, so it is compiled: about 20 s of processor time, once. Optimised little: what tests save is small.
# Where it cannot be had this says why and ends with 0: tests that need it are skipped then, and fail where CI=true.
set -eu
place="${XDG_CACHE_HOME:-$HOME/.cache}/clanback/borg-1.4"
python="${PYTHON:-python3}"

works() {
  case "$("$place/bin/borg" --version 2>/dev/null)" in "borg 1.4."*) ;; *) return 1 ;; esac
}

works && exit 0
mkdir -p "$place"
exec 9>"$place.lock"
if command -v flock >/dev/null 2>&1; then flock 9; fi # two runs of the tests begin at once
works && exit 0

sh "$(dirname "$0")/system_packages.sh" borg-1.4 || true
echo "building Borg 1.4 for the tests, once, in $place" >&2
printf '[build_ext]\nparallel = 2\n' >"$place.cfg"
{
  "$python" -m venv --clear "$place" &&
    CFLAGS="-O1 -g0" DIST_EXTRA_CONFIG="$place.cfg" \
      "$place/bin/python" -m pip install --quiet --disable-pip-version-check 'borgbackup>=1.4,<1.5'
} >"$place.log" 2>&1 || true
if works; then
  rm -f "$place.log" "$place.cfg"
  exit 0
fi
echo "Borg 1.4 could not be installed (all of it is in $place.log):" >&2
tail -n 5 "$place.log" >&2
