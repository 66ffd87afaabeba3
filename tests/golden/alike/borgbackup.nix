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

  active = folders != [ ];
  named = lib.unique (map tidy written);
  tidy =
    folder:
    lib.optionalString (lib.hasPrefix "/" folder) "/"
    + lib.concatStringsSep "/" (
      lib.filter (part: part != "" && part != ".") (lib.splitString "/" folder)
    );
  isBelow =
    inner: outer:
    inner != outer && lib.hasPrefix (if outer == "/" then "/" else "${outer}/") inner;
  # A folder below another one would be stored twice.
  folders = lib.filter (folder: !lib.any (isBelow folder) named) named;

  # Held while a job runs with its hooks, and while something is restored: no hook runs while another job reads.
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

  lockScript = pkgs.writeShellScript "borgbackup-lock" (
    scriptText { inherit lock; } ''
      PATH=${pkgs.coreutils}/bin:${pkgs.util-linux}/bin
      # Variables set by the module: lock (a file).
      # Takes the lock of this machine's backups and leaves a process behind that holds it until systemd stops this unit.
      exec 9>"$lock"
      if ! flock --nonblock 9; then
        echo "waiting for another backup or restore of this machine to finish"
        flock 9
      fi
      sleep infinity &
    ''
  );

  preScript = pkgs.writeShellScript "borgbackup-pre" (
    scriptText
      {
        undo = "${postScript}";
        states = map (entry: entry.name) state;
        preBackup = commandsOf "preBackupCommand";
        postBackup = commandsOf "postBackupCommand";
      }
      ''
        # Variables set by the module: undo (the script that runs what is noted), states (names of clan.core.state, in order), preBackup and
        # postBackup (state to command).
        # Runs the pre-backup hooks, one after the other, and notes each state before its hook starts, so that the post-backup hooks of
        # exactly these run, whatever happens in between. Notes that are there already were left by a job or restore that was killed together
        # with what should have undone it.
        export PATH="$PATH:/run/wrappers/bin:/run/current-system/sw/bin"
        begun="/run/clanback/begun"
        mkdir -p "$begun"
        if [[ -n $(ls -A "$begun") ]]; then
          echo "<4>an earlier backup or restore was killed: its last hooks run now" >&2
          "$undo"
        fi
        number=1000
        for state in "''${states[@]}"; do
          number=$((number + 1))
          printf '%s\n%s\n' "$state" "''${postBackup[$state]-}" >"$begun/$number"
          command="''${preBackup[$state]-}"
          if [[ -n $command ]]; then
            echo "running $command"
            if ! "/run/current-system/sw/bin/$command"; then
              echo "<3>the pre-backup hook of $state failed: nothing is saved" >&2
              exit 1
            fi
          fi
        done
      ''
  );

  postScript = pkgs.writeShellScript "borgbackup-post" ''
    # Variables set by the module: none.
    # Runs what borgbackup-pre, or a restore, noted to be run afterwards, the last note first, also after a failure. A hook that fails is
    # reported, but does not make the archive a bad one.
    export PATH="$PATH:/run/wrappers/bin:/run/current-system/sw/bin"
    begun="/run/clanback/begun"
    [[ -d $begun ]] || exit 0
    mapfile -t notes < <(find "$begun" -type f | sort --reverse)
    for note in "''${notes[@]}"; do
      { read -r state && read -r command; } <"$note" || command=""
      if [[ -n $command ]]; then
        echo "running $command"
        if ! "/run/current-system/sw/bin/$command"; then
          echo "<3>the ''${command%"-$state"} hook of $state failed" >&2
        fi
      fi
      rm -f "$note"
    done
  '';

  # Runs inside the job, just before borg.
  reportMissingFolders = scriptText { inherit folders; } ''
    # Variables set by the module: folders.
    # Part of the job itself, before borg: reports folders that are missing, and stops if there is nothing to save.
    present=0
    for folder in "''${folders[@]}"; do
      if [[ -e $folder ]]; then
        present=$((present + 1))
      else
        echo "<4>$folder does not exist on this machine and is not in this archive" >&2
      fi
    done
    if ((present == 0)); then
      echo "<3>none of the folders exists: nothing is saved" >&2
      exit 1
    fi
  '';

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
        # Borg warns of folders that are missing and of files that change while they are read; the rest is saved.
        failOnWarnings = false;
        # Whoever lists archives, or restores, locks the repository for a moment.
        extraArgs = "--lock-wait 600";
        preHook = reportMissingFolders;
      }) jobs;

      # The clients of a server do not all start at once.
      systemd.timers = lib.mapAttrs' (
        name: job:
        lib.nameValuePair "borgbackup-job-${name}" {
          timerConfig = {
            RandomizedDelaySec = job.startDelay;
            FixedRandomDelay = true;
          };
        }
      ) (lib.filterAttrs (_: job: job.startDelay > 0) jobs);

      # Hooks run as root, outside of the job's read-only view of the system. The lock belongs to a service of its own, which
      # systemd stops when the job with all its hooks is over, whatever became of it.
      systemd.services = lib.mkMerge (
        map (job: {
          "borgbackup-lock-${job}" = {
            description = "Lock of this machine's backups, held for the job ${job}";
            unitConfig.StopWhenUnneeded = true;
            serviceConfig = {
              Type = "forking";
              ExecStart = "${lockScript}";
              TimeoutStartSec = "infinity";
            };
          };
          "borgbackup-job-${job}" = {
            requires = [ "borgbackup-lock-${job}.service" ];
            after = [ "borgbackup-lock-${job}.service" ];
            serviceConfig = {
              ExecStartPre = [ "+${preScript}" ];
              ExecStopPost = [ "+${postScript}" ];
              TimeoutStartSec = "infinity";
              TimeoutStopSec = "infinity";
            };
          };
        }) (lib.attrNames jobs)
      );

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
                # As they are written, too: that is how `clan backups restore` names them.
                known = lib.unique (written ++ named);
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
    {
      warnings = lib.optional (!active)
        "nothing is backed up on ${config.networking.hostName}: clan.core.state names no folder";
    }
  ];
}
