# Rendered by clanback: machine alice-laptop, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./state.nix
    ./tmpfiles.nix
    ./borgbackup.nix
    ./sshd.nix
    ./users.nix
    ./secrets.nix
    ../secret-files.nix
  ];

  clan.core.settings.machine.name = "alice-laptop";
  clan.core.networking.targetHost = "root@192.0.2.11";
}
