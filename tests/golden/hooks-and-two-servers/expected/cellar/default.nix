# Rendered by clanback: machine cellar, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./borgbackup.nix
  ];

  clan.core.settings.machine.name = "cellar";
}
