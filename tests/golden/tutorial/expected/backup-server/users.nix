# Rendered by clanback: user accounts of backup-server.
{
  users.mutableUsers = false;

  # clan.nix:52: instances.user-root
  users.users.root = {
    hashedPasswordFile = "/run/secrets-for-users/vars/per-machine/backup-server/user-password-root/user-password-hash";
  };
}
