{ lib }:
{
  meta.name = "imported";
  inventory.machines = lib.listToAttrs (
    map (name: lib.nameValuePair name { tags = lib.optional (lib.hasPrefix "srv" name) "server"; }) [
      "srv1"
      "srv2"
      "pc"
    ]
  );
}
