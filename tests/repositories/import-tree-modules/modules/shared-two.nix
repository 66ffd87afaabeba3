{
  flake.modules.nixos.shared =
    { ... }:
    {
      clan.core.state.two.folders = [ "/srv/two" ];
    };
  flake.modules.nixos.databases = {
    clan.core.state.databases.folders = [ "/var/dumps" ];
  };
}
