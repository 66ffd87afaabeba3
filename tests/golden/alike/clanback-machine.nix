# Rendered by clanback: `clanback-machine`, which tells what becomes of this machine's backups, restores and verifies. The same for
# all machines; `clanback backups` speaks to it.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  inherit (config.services) borgbackup;

  jobs = lib.filterAttrs (name: _: borgbackup.jobs ? ${name}) (config.clanback.jobs or { });

  # What the names of complete archives end with.
  time = "-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]";

  settings = pkgs.writeText "clanback-machine.json" (
    builtins.toJSON {
      version = "0.1.0";
      machine = config.networking.hostName;
      lock = "/run/lock/clanback-borgbackup";
      run = "/run/clanback";
      keep = "/var/lib/clanback";
      bin = "/run/current-system/sw/bin";
      borg = "${borgbackup.package}/bin/borg";
      jobs = lib.mapAttrs (name: job: {
        inherit (job) repo rsh startAt;
        inherit (borgbackup.jobs.${name}) paths;
        archives = job.archiveBaseName + time;
      }) jobs;
      states = lib.mapAttrs' (
        _: state:
        lib.nameValuePair state.name {
          inherit (state) folders preRestoreCommand postRestoreCommand;
        }
      ) config.clan.core.state;
      repositories = lib.mapAttrs (client: repository: {
        inherit (repository)
          group
          path
          quota
          user
          ;
        appendOnly = repository.authorizedKeys == [ ];
        inherit (config.clanback.pruning.${client} or {
          keep = { };
          archives = "";
        }) archives keep;
      }) borgbackup.repos;
    }
  );
in
{
  options.clanback.pruning = mkOption {
    type = types.attrsOf (
      types.submodule {
        options = {
          archives = mkOption {
            type = types.str;
            description = "What the names of the archives that may be pruned look like.";
          };
          keep = mkOption {
            type = types.attrsOf (types.either types.int types.str);
            description = "How many of them are kept.";
          };
        };
      }
    );
    default = { };
    description = "Clients that may not prune their repositories here, and what is kept when it is done for them.";
  };

  config.environment.systemPackages = [
    (pkgs.writeShellApplication {
      name = "clanback-machine";
      runtimeInputs = [
        config.systemd.package
        pkgs.python3
      ];
      text = ''
        exec python3 -I -B ${./clanback-machine.d} ${settings} "$@"
      '';
    })
  ];
}
