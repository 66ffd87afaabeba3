{ lib }:
{
  autoChooseModule =
    lib.mapAttrs
      (name: v: {
        module.name = name;
        module.input = "clan-core";
      }
      // v);
}
