# Rendered by clanback: machine desk, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./machine.nix
    ./borgbackup.nix
    ./secrets.nix
    ../secret-files.nix
  ];

  clan.core.settings.machine.name = "desk";
}
