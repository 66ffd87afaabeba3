# The facts that a case's `expected.json` holds under `nixos`, of every machine of every clan: `clans` maps a name to the path of a
# rendered `default.nix`; `modules` are imported by every machine besides.
{
  clans,
  modules ? [ ],
}:
let
  lib = import ./lib.nix;
  pkgs = import ../../clanback/demo/nixos/pkgs.nix lib;

  system =
    module:
    lib.evalModules {
      modules = [
        ../../clanback/demo/nixos/options.nix
        { _module.args.pkgs = pkgs; }
        module
      ]
      ++ modules;
      specialArgs.modulesPath = "/nixpkgs/nixos/modules";
    };

  scripts = [
    "preBackupScript"
    "postBackupScript"
    "preRestoreScript"
    "postRestoreScript"
  ];

  # A value, or a mark that it cannot be evaluated: what its JSON cannot hold either counts as that.
  attempt =
    value:
    let
      tried = builtins.tryEval (builtins.deepSeq value value);
    in
    if tried.success then tried.value else { __error__ = true; };

  pick = names: set: lib.genAttrs names (name: set.${name});

  facts =
    config:
    builtins.mapAttrs (_: attempt) {
      backup_providers = config.clan.core.backups.providers;
      borgbackup = {
        jobs = builtins.mapAttrs (
          _: job:
          pick [
            "archiveBaseName"
            "compression"
            "encryption"
            "environment"
            "exclude"
            "paths"
            "persistentTimer"
            "prune"
            "repo"
            "startAt"
          ] job
        ) config.services.borgbackup.jobs;
        repos = builtins.mapAttrs (
          _: repository:
          builtins.mapAttrs (_: attempt) (
            pick [
              "authorizedKeys"
              "authorizedKeysAppendOnly"
              "group"
              "path"
              "quota"
              "user"
            ] repository
          )
        ) config.services.borgbackup.repos;
      };
      generators = builtins.mapAttrs (_: generator: {
        inherit (generator) dependencies share;
        prompts = builtins.attrNames generator.prompts;
        files = builtins.mapAttrs (
          _:
          pick [
            "deploy"
            "group"
            "mode"
            "neededFor"
            "owner"
            "secret"
          ]
        ) generator.files;
      }) config.clan.core.vars.generators;
      known_hosts = builtins.mapAttrs (
        _:
        pick [
          "certAuthority"
          "extraHostNames"
          "hostNames"
          "publicKey"
        ]
      ) config.programs.ssh.knownHosts;
      mutable_users = config.users.mutableUsers;
      openssh = {
        inherit (config.services.openssh) enable hostKeys settings;
      };
      state = builtins.mapAttrs (
        _: entry:
        {
          inherit (entry) folders;
        }
        // lib.genAttrs (builtins.filter (name: entry.${name} != null) scripts) (name: entry.${name})
      ) config.clan.core.state;
      tmpfiles_rules = config.systemd.tmpfiles.rules;
      users = builtins.mapAttrs (_: user: {
        inherit (user) extraGroups hashedPasswordFile isNormalUser;
        openssh.authorizedKeys = { inherit (user.openssh.authorizedKeys) keyFiles keys; };
      }) config.users.users;
      inherit (config) warnings;
    };
in
{
  inherit lib pkgs system;
  facts = builtins.mapAttrs (
    _: clan: builtins.mapAttrs (_: module: facts (system module).config) (import clan)
  ) clans;
}
