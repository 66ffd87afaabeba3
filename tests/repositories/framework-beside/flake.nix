# A framework whose outputs are taken one by one.
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";
  inputs.blueprint.url = "github:numtide/blueprint";

  outputs =
    inputs:
    let
      blueprint = inputs.blueprint { inherit inputs; };
    in
    {
      inherit (blueprint) packages devShells;
      nixosModules = blueprint.nixosModules // { own = { clan.core.state.own.folders = [ "/own" ]; }; };
      clan = (inputs.clan-core.lib.clan {
        self = inputs.self;
        imports = [ ./clan.nix ];
        machines.laptop.imports = [ inputs.self.nixosModules.own ];
      }).config;
    };
}
