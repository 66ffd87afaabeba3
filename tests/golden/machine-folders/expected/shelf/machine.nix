# Rendered by clanback: the rest of what the clan says about shelf.
{
  imports = [
    ../../machines/shelf/configuration.nix
    # clan.nix:7: machines.shelf
    ../../modules/client.nix
  ];
}
