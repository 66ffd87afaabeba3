{ inputs, ... }:
let
  inherit (inputs.self.lib.clan) mkTaggedService;
  fragment = mkTaggedService "server" (with inputs.self.modules.nixos; [ default ]);
  clan.modules = fragment.modules;
  clan.inventory.instances = fragment.instances;
in
{ inherit clan; }
