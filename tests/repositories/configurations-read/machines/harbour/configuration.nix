{ config, lib, options, ... }:
{
  nix.gc.automatic = true;
}
// lib.optionalAttrs (options ? clan) {
  # this module is also used outside of clans
  clan.core.state.boats.folders = [ "/srv/boats/${config.clan.core.settings.domain}" ];
}
