{ lib }: { name, multi }: cluster: { ... }:
{
  inventory.machines =
    lib.mapAttrs
      (n: m: {
        tags = [
          cluster.label
          "of-${toString cluster.count}"
        ];
        deploy.targetHost = m.ip;
      })
      cluster.members;
  inventory.instances = lib.optionalAttrs (cluster.backup.to != null) {
    "${if multi then "${name}-" else ""}backup" = {
      module.name = "borgbackup";
      roles.client.tags.${cluster.label} = { };
      roles.server.machines.${cluster.backup.to} = { };
    };
  };
}
