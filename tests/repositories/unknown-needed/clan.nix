{ inputs, ... }:
{
  meta.name = "needed";
  inventory.machines.a.tags = inputs.community.lib.tags;
  inventory.machines.b = { };
  inventory.instances.borgbackup = {
    roles.client.machines.a.settings.startAt = inputs.community.lib.time;
    roles.server.machines.b = { };
  };
  machines.a.clan.core.state.a.folders = [ "/a" ];
}
