# Rendered by clanback: how the jobs of a machine run, and the commands that work on their archives. The same for all machines:
# what differs from one to the other is in <machine>/borgbackup.nix.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  inherit (config.clanback) jobs;

  # All state that NixOS knows of on this machine, also what is declared elsewhere than in the clan.
  state = lib.attrValues config.clan.core.state;
  written = lib.unique (lib.concatMap (entry: entry.folders) state);

  active = config.clan.core.state != { };
  folders = written;

  # Held while something is restored.
  lock = "/run/lock/clanback-borgbackup";

  commandsOf =
    option:
    lib.listToAttrs (
      map (entry: lib.nameValuePair entry.name entry.${option}) (
        lib.filter (entry: entry.${option} != null) state
      )
    );

  # A script that begins with shell variables.
  scriptText = variables: text: lib.toShellVars variables + "\n" + text;

  hooksScript =
    phase: option:
    pkgs.writeShellScript "borgbackup-${phase}-hooks" (
      scriptText
        {
          inherit phase;
          hooks = commandsOf option;
        }
        ''
          # Variables set by the module: phase (pre or post), hooks (state to command).
          # Runs all hooks of the phase, in the order of the states' names, and fails if one failed, as clan-core does.
          failed=()
          mapfile -t states < <(printf '%s\n' "''${!hooks[@]}" | sort)
          for state in "''${states[@]}"; do
            if [[ -n $state ]]; then
              echo "running the $phase-backup hook of $state"
              if ! "/run/current-system/sw/bin/''${hooks[$state]}"; then
                failed+=("$state")
              fi
            fi
          done
          if ((''${#failed[@]} > 0)); then
            echo "$phase-backup hooks failed: ''${failed[*]}" >&2
            exit 1
          fi
        ''
    );

  repositories = lib.mapAttrs (_: job: job.repo) jobs;

  job =
    { config, ... }:
    {
      options = {
        repo = mkOption {
          type = types.str;
          description = "The repository.";
        };
        rsh = mkOption {
          type = types.str;
          description = "How Borg reaches it (BORG_RSH).";
        };
        passphraseFile = mkOption {
          type = types.str;
          description = "Where the passphrase lies on this machine.";
        };
        exclude = mkOption {
          type = types.listOf types.str;
          default = [ ];
          description = "Patterns of what is not saved.";
        };
        compression = mkOption {
          type = types.str;
          default = "auto,zstd";
          description = "How archives are compressed.";
        };
        archiveBaseName = mkOption {
          type = types.str;
          description = "What the names of archives begin with.";
        };
        startAt = mkOption {
          type = types.str;
          description = "When the job starts, in systemd's words.";
        };
        startDelay = mkOption {
          type = types.ints.unsigned;
          default = 0;
          description = "By how many seconds at most it starts later: each machine always at its own moment.";
        };
        prune = {
          keep = mkOption {
            type = types.attrsOf (types.either types.int types.str);
            default = { };
            description = "How many archives are kept; nothing is pruned if this is empty.";
          };
          prefix = mkOption {
            type = types.str;
            default = config.archiveBaseName;
            description = "What the names of the archives that may be pruned begin with.";
          };
        };
      };
    };
in
{
  imports = [ ./clanback-machine.nix ];

  options.clanback.jobs = mkOption {
    type = types.attrsOf (types.submodule job);
    default = { };
    description = "Jobs that save the state of this machine.";
  };

  config = lib.mkMerge [
    (lib.mkIf active {
      services.borgbackup.jobs = lib.mapAttrs (_: job: {
        paths = folders;
        inherit (job)
          archiveBaseName
          compression
          exclude
          prune
          repo
          startAt
          ;
        environment = {
          BORG_RSH = job.rsh;
          BORG_RELOCATED_REPO_ACCESS_IS_OK = "yes";
        };
        encryption = {
          mode = "repokey";
          passCommand = "cat ${job.passphraseFile}";
        };
        persistentTimer = true;
      }) jobs;

      # Hooks run as root, outside of the job's read-only view of the system.
      systemd.services = lib.mapAttrs' (
        name: _:
        lib.nameValuePair "borgbackup-job-${name}" {
          serviceConfig = {
            ExecStartPre = [ "+${hooksScript "pre" "preBackupCommand"}" ];
            ExecStopPost = [ "+${hooksScript "post" "postBackupCommand"}" ];
            TimeoutStartSec = "infinity";
            TimeoutStopSec = "infinity";
          };
        }
      ) jobs;

      environment.systemPackages = [
        (pkgs.writeShellApplication {
          name = "borgbackup-create";
          runtimeInputs = [ config.systemd.package ];
          text = scriptText { jobs = lib.attrNames jobs; } ''
            # Variables set by the module: jobs.
            # Starts every job, one after the other: a job waits for the one before it. One that cannot start does not keep back the rest.
            failed=()
            for job in "''${jobs[@]}"; do
              if ! systemctl start "borgbackup-job-$job.service"; then
                failed+=("$job")
              fi
            done
            if ((''${#failed[@]} > 0)); then
              echo "could not start: ''${failed[*]}" >&2
              exit 1
            fi
          '';
        })
        (pkgs.writeShellApplication {
          name = "borgbackup-list";
          runtimeInputs = [ pkgs.jq ];
          text =
            scriptText
              {
                inherit repositories;
                jobs = lib.attrNames jobs;
              }
              ''
                # Variables set by the module: jobs, repositories (job to repository).
                # Prints all archives as JSON: [{"name": "<job>::<repository>::<archive>"}]. A repository that cannot be read does not hide
                # the others, but makes the exit status 1.
                status=0
                found=""
                for job in "''${jobs[@]}"; do
                  if archives=$("/run/current-system/sw/bin/borg-job-$job" list --lock-wait 120 --json); then
                    # shellcheck disable=SC2016 # $prefix is a variable of jq
                    found+=$(jq --arg prefix "$job::''${repositories[$job]}::" '[.archives[] | {name: ($prefix + .name)}]' <<<"$archives")
                  else
                    echo "cannot list the archives of $job in ''${repositories[$job]}" >&2
                    status=1
                  fi
                done
                jq --slurp 'add // []' <<<"$found"
                exit "$status"
              '';
        })
        (pkgs.writeShellApplication {
          name = "borgbackup-restore";
          runtimeInputs = [ pkgs.util-linux ];
          text =
            scriptText
              {
                inherit lock repositories;
                known = written;
              }
              ''
                # Variables set by the module: repositories (job to repository), known (the folders of all state), lock (a file).
                # Environment: NAME, an archive as borgbackup-list prints it; FOLDERS, the folders to restore, separated by colons.
                # Never restores everything because nothing was asked for.
                NAME=''${NAME-}
                job=''${NAME%%::*}
                archive=''${NAME##*::}
                repository=''${NAME#"$job"::}
                repository=''${repository%"::$archive"}
                if [[ -z $job || -z ''${repositories[$job]-} || $NAME != "$job::$repository::$archive" || -z $archive ]]; then
                  echo "NAME='$NAME' is no archive of this machine: borgbackup-list prints their names" >&2
                  exit 1
                fi

                # A folder may contain colons itself: at each place the longest folder that is known here is taken, else all up to the colon.
                selected=()
                rest=''${FOLDERS-}
                while [[ -n $rest ]]; do
                  folder=''${rest%%:*}
                  for candidate in "''${known[@]}"; do
                    if [[ $rest == "$candidate" || $rest == "$candidate":* ]] && ((''${#candidate} > ''${#folder})); then
                      folder=$candidate
                    fi
                  done
                  rest=''${rest#"$folder"}
                  rest=''${rest#:}
                  if [[ -n $folder ]]; then
                    selected+=("pp:''${folder#/}")
                  fi
                done
                if ((''${#selected[@]} == 0)); then
                  echo "no folder to restore: set FOLDERS" >&2
                  exit 1
                fi

                exec 9>"$lock"
                if ! flock --nonblock 9; then
                  echo "waiting for a running backup of this machine to finish" >&2
                  flock 9
                fi
                cd /
                source="$repository::$archive"
                if [[ $repository == "''${repositories[$job]}" ]]; then
                  source="::$archive"
                fi
                echo "restoring ''${selected[*]#pp:} from $NAME"
                "/run/current-system/sw/bin/borg-job-$job" extract --sparse --lock-wait 600 "$source" "''${selected[@]}" 9>&-
              '';
        })
      ];

      clan.core.backups.providers.borgbackup = {
        create = "borgbackup-create";
        list = "borgbackup-list";
        restore = "borgbackup-restore";
      };
    })
  ];
}
