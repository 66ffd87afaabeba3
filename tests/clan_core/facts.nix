# What clan-core makes of clans: the facts that ../cases/*.expected.json hold, evaluated by clan-core's own modules.
#
# `clan-core` is a checkout of it and `nixpkgs` one of nixpkgs (its lib is all that is used). NixOS' own modules are stood in for
# by stubs.nix, so that a clan takes a second rather than a minute. `clans` is a list of `{ name, file, directory }`.
{
  clan-core,
  nixpkgs,
  clans,
  # Whether an error of a clan ends the evaluation, so that Nix tells it, or only marks the clan.
  tell ? false,
}:
let
  lib = import (nixpkgs + "/lib");
  stubs = import ./stubs.nix { inherit lib; };
  inherit (builtins)
    tryEval
    mapAttrs
    isAttrs
    isList
    isFunction
    isPath
    ;

  system =
    class:
    {
      modules,
      specialArgs ? { },
    }:
    lib.evalModules {
      inherit class;
      specialArgs = {
        modulesPath = "/nix/store/00000000000000000000000000000000-nixpkgs/nixos/modules";
      }
      // specialArgs;
      modules = modules ++ [
        stubs.nixos
        { _module.args.pkgs = stubs.pkgs; }
      ];
    };
  inputs = {
    nixpkgs.lib = lib // {
      nixosSystem = system "nixos";
    };
    nix-darwin.lib.darwinSystem = system "darwin";
  };

  # clan-core's flake, as far as its modules look at it.
  core = {
    inherit inputs;
    clanLib = import (clan-core + "/lib") { inherit lib; };
    clan.modules = lib.genAttrs [ "borgbackup" "sshd" "users" ] (
      name: clan-core + "/clanServices/${name}"
    );
    clan.templates = { };
    modules.clan.default = import (clan-core + "/modules/clan") { clan-core = core; };
    nixosModules.clanCore = clan-core + "/nixosModules/clanCore/backups.nix";
    darwinModules.clanCore = clan-core + "/nixosModules/clanCore/backups.nix";
  };

  # A value as JSON can say it; what cannot be evaluated is marked.
  known =
    value:
    let
      tried = tryEval value;
    in
    if !tried.success then
      { __error__ = true; }
    else if isFunction tried.value then
      { __function__ = true; }
    else if isPath tried.value then
      toString tried.value
    else if isList tried.value then
      map known tried.value
    else if isAttrs tried.value then
      if tried.value ? outPath then toString tried.value else mapAttrs (_: known) tried.value
    else
      tried.value;

  ofMachine = system: {
    borgbackup = {
      jobs = mapAttrs (
        _: job:
        known {
          inherit (job)
            paths
            exclude
            repo
            startAt
            compression
            environment
            ;
        }
      ) system.config.services.borgbackup.jobs;
      repos = mapAttrs (_: repo: known { inherit (repo) path; }) system.config.services.borgbackup.repos;
    };
    state = mapAttrs (
      _: state:
      known {
        inherit (state)
          folders
          preBackupScript
          postBackupScript
          preRestoreScript
          postRestoreScript
          ;
      }
    ) system.config.clan.core.state;
    tmpfiles_rules = known system.config.systemd.tmpfiles.rules;
  };

  facts =
    { file, directory, ... }:
    let
      self = {
        outPath = directory;
        inputs = inputs // {
          clan-core = core;
        };
      };
      clan =
        (lib.evalModules {
          class = "clan";
          specialArgs = {
            inherit self;
            inherit (inputs) nixpkgs nix-darwin;
          };
          modules = [
            core.modules.clan.default
            {
              inherit self;
              imports = [ file ];
            }
          ];
        }).config;
    in
    {
      meta = known clan.inventory.meta;
      tags = known clan.inventory.tags;
      machines = mapAttrs (_: machine: {
        tags = known machine.tags;
        inherit (machine) machineClass;
        inherit (machine.deploy) targetHost;
      }) clan.inventory.machines;
      instances = lib.concatMapAttrs (
        service: module:
        mapAttrs (_: instance: {
          inherit service;
          roles = mapAttrs (
            _: role: mapAttrs (_: machine: known machine.finalSettings.config) role.machines
          ) instance.roles;
        }) module.instances
      ) clan._services.allServices;
      nixos = mapAttrs (_: ofMachine) clan.nixosConfigurations;
    };
in
lib.listToAttrs (
  map (
    clan:
    let
      made = facts clan;
      tried = if tell then { success = true; value = made; } else tryEval (builtins.deepSeq made made);
    in
    {
      inherit (clan) name;
      value = if tried.success then tried.value else { __error__ = true; };
    }
  ) clans
)
