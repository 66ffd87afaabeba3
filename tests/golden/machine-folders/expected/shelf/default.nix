# Rendered by clanback: machine shelf, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./borgbackup.nix
    ./secrets.nix
    ./machine.nix
  ];

  clan.core.settings.machine.name = "shelf";
}
