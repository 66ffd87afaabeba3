# Rendered by clanback: the rest of what the clan says about till.
# clan.nix:25: machines.till
{
  networking.firewall.enable = true;
}
