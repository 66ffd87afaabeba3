# Rendered by clanback: machine backup-server, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./borgbackup.nix
    ./sshd.nix
    ./users.nix
    ./secrets.nix
    ../secret-files.nix
  ];

  clan.core.settings.machine.name = "backup-server";
  clan.core.networking.targetHost = "root@192.0.2.12";
}
