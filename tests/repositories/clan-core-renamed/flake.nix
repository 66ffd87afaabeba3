# clan-core under another name, which services name as their input.
{
  inputs.core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.unstable.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, core, unstable, ... }:
    {
      clan =
        (core.lib.clan {
          inherit self;
          meta.name = "renamed";
          inventory.machines.m.tags = unstable.lib.optional true "kept";
          inventory.instances.root = {
            module = {
              name = "users";
              input = "core";
            };
            roles.default.tags.kept = { };
            roles.default.settings.user = "root";
          };
        }).config;
    };
}
