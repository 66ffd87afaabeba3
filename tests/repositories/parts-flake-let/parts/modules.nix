{
  flake.modules.clan.hosts =
    { lib, ... }:
    {
      inventory.machines = lib.genAttrs [ "h1" "h2" ] (name: { deploy.targetHost = "ops@${name}"; });
    };
  flake.modules.clan.base.inventory.tags.first = [ "h1" ];
}
