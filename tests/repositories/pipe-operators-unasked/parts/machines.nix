{ lib, self, inputs, ... }:
let
  level = self.clan.exports |> inputs.clan-core.lib.getExport { serviceName = "gauge"; } |> (found: found.level);
in
{
  clan.inventory.machines =
    [ "weir" "mill" ]
    |> map (name: lib.nameValuePair name { tags = [ (name |> lib.stringLength |> toString) ]; })
    |> lib.listToAttrs;
  clan.inventory.instances = {
    gauge = { module.input = "self"; roles.default.settings.level = level; roles.default.tags.all = { }; };
    borgbackup.roles = { client.machines.weir = { }; server.machines.mill = { }; };
  };
  clan.machines.weir = { lib, ... }: { clan.core.state.fish.folders = [ "trout" "eel" ] |> map (fish: "/srv/${fish}"); };
}
