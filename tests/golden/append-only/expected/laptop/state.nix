# Rendered by clanback: what is worth keeping on laptop.
# clan.nix:14: machines.laptop
{
  clan.core.state.home.folders = [ "/home" ];
}
