# shellcheck shell=sh
# Makes a machine's folder the root of what is started here. Arguments: the folder, the machine's name, who its processes are (user:group as
# numbers, or nothing for the real root), and the places of this computer that the machine sees too. Runs in namespaces of its own: of
# mounts, of processes, of the host's name and, for an ordinary user, of users.
set -eu
root=$1
name=$2
who=$3
shift 3
for place in "$@"; do
  mount --rbind "$place" "$root$place"
done
mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
hostname "$name" 2>/dev/null || echo "$name" >"$root/proc/sys/kernel/hostname" || true
if [ -n "$who" ]; then
  exec unshare --user --map-user="${who%:*}" --map-group="${who#*:}" --root="$root" --wd=/ -- /bin/bash /etc/demo/boot
fi
exec unshare --root="$root" --wd=/ -- /bin/bash /etc/demo/boot
