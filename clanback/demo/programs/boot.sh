# shellcheck shell=bash
# The first process of a machine: its end is the end of all the others. Makes the folders that the machine's tmpfiles rules name and
# those of repositories, starts sshd, and stays until nobody holds the other end of its standard input any more, as after pulling the plug.
export PATH=/run/current-system/sw/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
while read -r kind path mode user group _; do
  if [[ ${kind%%[!a-zA-Z]*} == [dD] ]]; then
    [[ -d $path ]] || mkdir -p "$path"
    [[ $mode == - ]] || chmod "$mode" "$path"
    [[ $user == - ]] || chown "$user" "$path"
    [[ $group == - ]] || chgrp "$group" "$path"
  fi
done </etc/demo/tmpfiles
# shellcheck source=/dev/null # install -d, for each repository that is kept here
source /etc/demo/repositories
sshd=$(command -v sshd)
[[ ! -e /etc/ssh/sshd_config ]] || "$sshd" -D -e -f /etc/ssh/sshd_config &
read -r _
