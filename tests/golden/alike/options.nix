# Rendered by clanback: the options of clan-core that the modules beside it, and modules written for clan-core, rely on.
# Rendering with --no-standalone leaves this file out, for systems that import clan-core itself.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;

  inherit (config.clan.core.settings) directory;
  machine = config.clan.core.settings.machine.name;

  script =
    description:
    mkOption {
      type = types.nullOr types.lines;
      default = null;
      inherit description;
    };

  command =
    prefix: state: script:
    mkOption {
      type = types.nullOr types.str;
      default = if script == null then null else "${prefix}-${state.name}";
      readOnly = true;
      description = "The command in the system's path that runs the ${prefix} script of this state.";
    };

  state =
    { config, name, ... }:
    {
      # Options of other tools are carried along.
      freeformType = types.attrsOf types.anything;
      options = {
        name = mkOption {
          type = types.strMatching "[a-zA-Z0-9_-]+";
          default = name;
          description = "Name of the state.";
        };
        folders = mkOption {
          type = types.listOf types.str;
          description = "The folders the state lies in.";
        };
        preBackupScript = script "Runs as root before a backup: dump a database, stop a service.";
        postBackupScript = script "Runs as root after a backup, whether it succeeded or not.";
        preRestoreScript = script "Runs as root before a restore.";
        postRestoreScript = script "Runs as root after a restore, whether it succeeded or not.";
        preBackupCommand = command "pre-backup" config config.preBackupScript;
        postBackupCommand = command "post-backup" config config.postBackupScript;
        preRestoreCommand = command "pre-restore" config config.preRestoreScript;
        postRestoreCommand = command "post-restore" config config.postRestoreScript;
      };
    };

  provider =
    { name, ... }:
    {
      options = {
        name = mkOption {
          type = types.str;
          default = name;
          description = "Name of the backup provider.";
        };
        create = mkOption {
          type = types.str;
          description = "Command that starts a backup.";
        };
        list = mkOption {
          type = types.str;
          description = "Command that prints all backups as JSON.";
        };
        restore = mkOption {
          type = types.str;
          description = "Command that restores the folders in FOLDERS from the backup in NAME.";
        };
      };
    };

  generator =
    { config, name, ... }:
    let
      generator = config;
      placement = if generator.share then "shared" else "per-machine/${machine}";

      file =
        { config, name, ... }:
        let
          place = "${placement}/${generator.name}/${name}";
          value = directory + "/vars/${place}/value";
          missing = throw "vars/${place}/value is not there: run clanback vars generate ${machine}";
        in
        {
          freeformType = types.attrsOf types.anything;
          options = {
            name = mkOption {
              type = types.str;
              default = name;
              description = "Name of the file.";
            };
            secret = mkOption {
              type = types.bool;
              default = true;
              description = "Whether nobody but the machine may know it.";
            };
            deploy = mkOption {
              type = types.bool;
              default = true;
              description = "Whether the machine gets it.";
            };
            neededFor = mkOption {
              type = types.enum [
                "partitioning"
                "activation"
                "users"
                "services"
              ];
              default = "services";
              description = "When the machine needs it.";
            };
            owner = mkOption {
              type = types.str;
              default = "root";
              description = "Owner of the file on the machine.";
            };
            group = mkOption {
              type = types.str;
              default = "root";
              description = "Group of the file on the machine.";
            };
            mode = mkOption {
              type = types.str;
              default = "0400";
              description = "Mode of the file on the machine.";
            };
            path = mkOption {
              type = types.str;
              default =
                if config.secret then
                  "/run/secrets${lib.optionalString (config.neededFor == "users") "-for-users"}/vars/${place}"
                else if builtins.pathExists value then
                  "${builtins.path {
                    name = lib.replaceStrings [ "/" ] [ "-" ] "${placement}/${generator.name}" + "_${name}";
                    path = value;
                  }}"
                else
                  missing;
              description = "Where the file lies on the machine.";
            };
            value = mkOption {
              type = types.str;
              default =
                if config.secret then
                  throw "${generator.name}/${name} is a secret: only its path may be used"
                else if builtins.pathExists value then
                  builtins.readFile value
                else
                  missing;
              description = "The text of a public value.";
            };
          };
        };
    in
    {
      freeformType = types.attrsOf types.anything;
      options = {
        name = mkOption {
          type = types.str;
          default = name;
          description = "Name of the generator.";
        };
        share = mkOption {
          type = types.bool;
          default = false;
          description = "Whether all machines have the same values.";
        };
        dependencies = mkOption {
          type = types.listOf types.str;
          default = [ ];
          description = "Generators whose files this one reads.";
        };
        prompts = mkOption {
          type = types.attrsOf types.anything;
          default = { };
          description = "What a person is asked for.";
        };
        files = mkOption {
          type = types.attrsOf (types.submodule file);
          default = { };
          description = "The files it makes.";
        };
      };
    };

  # The commands of a state, for the system's path.
  commands =
    state:
    lib.concatMap
      (
        phase:
        lib.optional (state."${phase}Command" != null) (
          pkgs.writeShellScriptBin state."${phase}Command" ''
            set -eu -o pipefail
            ${state."${phase}Script"}
          ''
        )
      )
      [
        "preBackup"
        "postBackup"
        "preRestore"
        "postRestore"
      ];
in
{
  options.clan.core = {
    state = mkOption {
      type = types.attrsOf (types.submodule state);
      default = { };
      description = "What is worth keeping on this machine.";
    };
    backups.providers = mkOption {
      type = types.attrsOf (types.submodule provider);
      default = { };
      description = "The ways in which state is backed up.";
    };
    vars.generators = mkOption {
      type = types.attrsOf (types.submodule generator);
      default = { };
      description = "Keys, passphrases and passwords of this machine.";
    };
    settings = {
      directory = mkOption {
        type = types.path;
        default = ../.;
        description = "The repository of the clan.";
      };
      machine.name = mkOption {
        type = types.str;
        description = "Name of this machine in the clan.";
      };
    };
    networking.targetHost = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "How this machine is reached over SSH.";
    };
    postgresql = mkOption {
      type = types.attrsOf types.anything;
      default = { };
      description = "Known to clan-core only; nothing comes of it here.";
    };
  };

  config = {
    networking.hostName = lib.mkDefault machine;
    environment.systemPackages = lib.concatMap commands (lib.attrValues config.clan.core.state);
    warnings = lib.optional (config.clan.core.postgresql.enable or (config.clan.core.postgresql != { }))
      "clan.core.postgresql is part of clan-core: without it no dump of the databases is made or saved.";
  };
}
