{
  flake.modules.nixos.shared = {
    clan.core.state.one.folders = [ "/srv/one" ];
  };
}
