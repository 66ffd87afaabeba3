# Rendered by clanback: the rest of what the clan says about desk.
{
  imports = [
    # clan.nix:3: machines.desk
    ../../modules/desk.nix
    ../../machines/desk/configuration.nix
    # clan.nix:7: extraModules of a role
    ../../modules/client.nix
  ];
}
