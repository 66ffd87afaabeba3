{
  flake.modules.nixos.website = {
    clan.core.state.website.folders = [ "/srv/www" ];
  };
}
