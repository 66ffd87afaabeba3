# Rendered by clanback: machine till, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./state.nix
    ./borgbackup.nix
    ./secrets.nix
    ./tmpfiles.nix
    ./machine.nix
  ];

  clan.core.settings.machine.name = "till";
}
