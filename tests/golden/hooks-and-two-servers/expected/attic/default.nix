# Rendered by clanback: machine attic, to be imported by its NixOS configuration.
{
  imports = [
    ../options.nix
    ./borgbackup.nix
  ];

  clan.core.settings.machine.name = "attic";
  clan.core.networking.targetHost = "root@attic.shop.example";
}
