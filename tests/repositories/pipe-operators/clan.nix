{ lib, ... }:
{
  meta.name = "pipes";
  inventory.machines = [ "a" "b" ] |> map (name: lib.nameValuePair name { tags = [ name ]; }) |> lib.listToAttrs;
}
