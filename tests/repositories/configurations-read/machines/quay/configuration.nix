{ config, ... }:
{
  networking.hostName = "quay-1"; # not the name of the machine
  clan.core.state.cargo.folders = [ "/srv/${config.networking.hostName}" ];
}
