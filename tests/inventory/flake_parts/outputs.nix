# What the real flake-parts and import-tree, on the real nixpkgs `lib`, make of a flake whose clan is written as modules.
#
# Of clan-core there is only what decides how definitions meet: its flake module (`clan` is another name for `flake.clan`, said in a
# module that it imports), its option types, and machines as NixOS modules with state and tmpfiles. Written for this test.
{
  flake,
  nixpkgs,
  flakeParts,
  importTree,
}:
let
  lib = import (nixpkgs + "/lib");
  inherit (lib) mkOption types;
  option = type: mkOption { inherit type; };
  free = default: type: mkOption { inherit type default; };
  attrsOf = declarations: free { } (types.attrsOf (types.submodule { options = declarations; }));

  clanModule =
    { config, ... }:
    {
      _class = "clan";
      freeformType = types.lazyAttrsOf types.raw;
      options = {
        meta = free { } types.deferredModule;
        self = free null types.raw;
        directory = free null types.raw;
        specialArgs = free { } (types.attrsOf types.raw);
        modules = free { } (types.attrsOf types.raw);
        machines = free { } (types.attrsOf types.deferredModule);
        inventory = free { } (
          types.submodule {
            options = {
              meta = free { } types.raw;
              tags = free { } types.raw;
              machines = free { } (
                types.attrsOf (
                  types.submodule {
                    options = {
                      machineClass = free "nixos" types.raw;
                      tags = free [ ] (types.listOf types.str);
                      description = free null (types.nullOr types.str);
                      deploy.targetHost = free null (types.nullOr types.str);
                    };
                    # The computed tags (all, nixos) are a definition like any other, which a `mkDefault` gives way to.
                    config.tags = [ ];
                  }
                )
              );
              instances = free { } (types.attrsOf types.raw);
            };
          }
        );
        nixosConfigurations = free { } (types.lazyAttrsOf types.raw);
        facts = mkOption { type = types.raw; };
      };
      config.facts = {
        tags = lib.mapAttrs (_: machine: machine.tags) config.inventory.machines;
        description = lib.mapAttrs (_: machine: machine.description) config.inventory.machines;
        nixos = lib.mapAttrs (_: nixos config.specialArgs) config.machines;
      };
    };

  nixos =
    specialArgs: module:
    let
      machine = lib.evalModules {
        class = "nixos";
        inherit specialArgs;
        modules = [
          module
          {
            freeformType = types.lazyAttrsOf types.raw;
            options = {
              clan.core.state = attrsOf {
                folders = free [ ] (types.listOf types.str);
                preBackupScript = free "" types.lines;
              };
              systemd.tmpfiles.rules = free [ ] (types.listOf types.str);
            };
          }
        ];
      };
    in
    {
      folders = lib.mapAttrs (_: state: state.folders) machine.config.clan.core.state;
      scripts = lib.mapAttrs (_: state: state.preBackupScript) machine.config.clan.core.state;
      tmpfiles = machine.config.systemd.tmpfiles.rules;
    };

  flakeModule =
    { config, ... }:
    {
      imports = [ (lib.mkRenamedOptionModule [ "clan" ] [ "flake" "clan" ]) ];
      options.flake.clan = free { } (
        types.submoduleWith {
          class = "clan";
          modules = [ clanModule ];
        }
      );
      config.flake = {
        inherit (config.flake.clan) nixosConfigurations;
      };
    };

  extras = name: flakeParts + "/extras/${name}.nix";
  inputs = {
    inherit self;
    nixpkgs = {
      _type = "flake";
      inherit lib;
    };
    flake-parts = {
      _type = "flake";
      lib = import (flakeParts + "/lib.nix") { inherit lib; };
      flakeModules = lib.genAttrs [ "modules" "flakeModules" "partitions" ] extras;
    };
    # import-tree asks for `readFileType`, which Nix has since 2.14.
    import-tree = scopedImport {
      builtins = builtins // {
        readFileType = builtins.readFileType or lib.filesystem.pathType;
      };
    } importTree;
    clan-core = {
      _type = "flake";
      flakeModules.default = flakeModule;
      flakeModules.clan = flakeModule;
      lib.clan =
        module:
        lib.evalModules {
          class = "clan";
          modules = [
            clanModule
            module
          ];
        };
      lib.buildClan = module: (inputs.clan-core.lib.clan module).config;
      inputs = {
        inherit (inputs) nixpkgs flake-parts;
      };
    };
  };
  self =
    outputs
    // {
      _type = "flake";
      outPath = toString flake;
      inherit inputs outputs;
    };
  written = import (flake + "/flake.nix");
  # Flakes that nobody here knows: their flake module says nothing.
  others = lib.mapAttrs (_: _: {
    _type = "flake";
    flakeModule = { };
  }) (removeAttrs (written.inputs or { }) (lib.attrNames inputs));
  outputs = written.outputs (others // inputs);
in
outputs.clan.facts
