{ inputs, ... }:
{
  imports = with inputs; [ clan-core.flakeModules.default flake-parts.flakeModules.modules ];
  systems = import inputs.systems;
  flake.clan.meta.name = "dendritic";
  flake.clan.inventory.machines = {
    lap.tags = [ "laptop" ];
    srv.tags = [ "server" ];
  };
}
