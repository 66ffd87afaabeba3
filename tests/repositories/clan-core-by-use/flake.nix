# Nothing but its use tells that `framework` is clan-core.
{
  inputs.framework.url = "git+ssh://git@git.example.org/mirror/framework";

  outputs =
    { self, framework }:
    let
      clan = framework.clanLib.clan {
        inherit self;
        meta.name = "by-use";
        inventory.machines.m = { };
        inventory.instances.key = {
          module.name = "sshd";
          module.input = "framework";
          roles.server.machines.m.settings.authorizedKeys.k = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIC";
        };
      };
    in
    {
      clan = clan.config;
    };
}
