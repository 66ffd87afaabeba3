# Rendered by clanback: machine alice-laptop, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./state.nix
    ./borgbackup.nix
    ./sshd.nix
    ./users.nix
    ./secrets.nix
    ./tmpfiles.nix
  ];

  clan.core.settings.machine.name = "alice-laptop";
  clan.core.networking.targetHost = "root@192.0.2.11";
}
