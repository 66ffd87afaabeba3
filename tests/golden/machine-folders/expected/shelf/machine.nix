# Rendered by clanback: the rest of what the clan says about shelf.
{
  imports = [
    ../../machines/shelf/configuration.nix
    # clan.nix:7: extraModules of a role
    ../../modules/client.nix
  ];
}
