# Rendered by clanback: user accounts of alice-laptop.
{
  users.mutableUsers = false;

  # clan.nix:30: instances.user-alice
  users.users.alice = {
    isNormalUser = true;
    hashedPasswordFile = "/run/secrets-for-users/vars/per-machine/alice-laptop/user-password-alice/user-password-hash";
    openssh.authorizedKeys.keys = [
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPIdkJX+F62mODF0DuawbMqPxr08et8HTWtFlOmTWPw1 alice@example"
    ];
  };

  # clan.nix:52: instances.user-root
  users.users.root = {
    hashedPasswordFile = "/run/secrets-for-users/vars/per-machine/alice-laptop/user-password-root/user-password-hash";
  };
}
