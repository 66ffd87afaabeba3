# Rendered by clanback: machine till, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./state.nix
    ./tmpfiles.nix
    ./machine.nix
    ./borgbackup.nix
    ./secrets.nix
    ../secret-files.nix
  ];

  clan.core.settings.machine.name = "till";
}
