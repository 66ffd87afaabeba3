# Rendered by clanback: what Borg does on alice-laptop.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  # All state that NixOS knows of on this machine, also what is declared elsewhere than in the clan.
  state = lib.attrValues config.clan.core.state;

  active = config.clan.core.state != { };
  folders = lib.unique (lib.concatMap (entry: entry.folders) state);

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

  repositories = {
    backup-server = "borg@192.0.2.12:.";
  };
  jobs = lib.attrNames repositories;
in
{
  config = lib.mkMerge [
    (lib.mkIf active {
      # clan.nix:22: instances.borgbackup.roles.client of alice-laptop
      services.borgbackup.jobs.backup-server = {
        paths = folders;
        exclude = [ ];
        repo = "borg@192.0.2.12:.";
        environment = {
          BORG_RSH = "ssh -i /run/secrets/vars/per-machine/alice-laptop/borgbackup/borgbackup.ssh -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=Yes";
          BORG_RELOCATED_REPO_ACCESS_IS_OK = "yes";
        };
        encryption = {
          mode = "repokey";
          passCommand = "cat /run/secrets/vars/per-machine/alice-laptop/borgbackup/borgbackup.repokey";
        };
        compression = "auto,zstd";
        archiveBaseName = "alice-laptop-backup-server";
        startAt = "*-*-* 01:00:00";
        persistentTimer = true;
        prune.keep = {
          within = "1d";
          daily = 7;
          weekly = 4;
          monthly = 0;
        };
      };

      # Hooks run as root, outside of the job's read-only view of the system.
      systemd.services = lib.listToAttrs (
        map (
          job:
          lib.nameValuePair "borgbackup-job-${job}" {
            serviceConfig = {
              ExecStartPre = [ "+${hooksScript "pre" "preBackupCommand"}" ];
              ExecStopPost = [ "+${hooksScript "post" "postBackupCommand"}" ];
              TimeoutStartSec = "infinity";
              TimeoutStopSec = "infinity";
            };
          }
        ) jobs
      );

      environment.systemPackages = [
        (pkgs.writeShellApplication {
          name = "borgbackup-create";
          runtimeInputs = [ config.systemd.package ];
          text = scriptText { inherit jobs; } ''
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
          text = scriptText { inherit jobs repositories; } ''
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
                inherit repositories;
                known = folders;
                lock = "/run/lock/clanback-borgbackup";
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
                "/run/current-system/sw/bin/borg-job-$job" extract --lock-wait 600 "$source" "''${selected[@]}" 9>&-
              '';
        })
      ];

      clan.core.backups.providers.borgbackup = {
        create = "borgbackup-create";
        list = "borgbackup-list";
        restore = "borgbackup-restore";
      };
    })
    {
    }
  ];
}
