{ lib, ... }:
{
  flake.lib.clan = rec {
    mkTag = name: {
      ${name} = {
        module = {
          name = "importer";
          input = "clan-core";
        };
        roles.default.tags.${name} = { };
      };
    };
    mkService = name: mods: {
      ${name} = {
        _class = "clan.service";
        manifest.name = name;
        roles.default.perInstance = _: { nixosModule.imports = mods; };
      };
    };
    mkTaggedService = tag: mods: {
      modules = mkService tag mods;
      instances.${tag} = {
        module = {
          name = tag;
          input = "self";
        };
        roles.default.tags.${tag} = { };
      };
    };
  };
}
