{ inputs, withSystem, ... }:
let
  inherit (this) outputs;
  inherit (inputs) self;
  this = self;
in
{
  flake.clan = withSystem "aarch64-linux" (
    { system, inputs', self', ... }:
    {
      inherit self;
      specialArgs = { inherit inputs inputs' self' outputs; };
      meta.name = "wharf";
      meta.description = "made for ${system}";
      inventory.machines.barge.tags = [ "afloat" ];
      inventory.machines.crane = { };
      inventory.instances.borgbackup = {
        roles.client.tags.afloat = { };
        roles.server.machines.crane = { };
      };
      inventory.instances.skipper = {
        module.name = "users";
        roles.default.tags.all = { };
        roles.default.settings = {
          user = "skipper";
          openssh.authorizedKeys.keyFiles = [ ./keys/skipper.pub ];
        };
      };
      machines.barge = { outputs, self', ... }: {
        clan.core.state.log.folders = [ "/var/lib/log" ];
        environment.systemPackages = [ self'.packages.chart ];
      };
    }
  );
}
