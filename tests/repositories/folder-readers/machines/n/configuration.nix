{ config, ... }:
{
  clan.core.state.n.folders = [
    "/n"
    "${config.services.x.dir}"
  ];
}
