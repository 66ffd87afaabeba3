# What NixOS makes of `services.borgbackup`: a unit and a wrapper for each job, a key with a forced command for each client of a
# repository. Written for the demo after what NixOS' own module does; only what runs there counts here (no sandbox, no scheduling class).
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (config.services.borgbackup) jobs repos;

  variables =
    job:
    {
      BORG_REPO = job.repo;
    }
    // lib.optionalAttrs (job.encryption.passCommand != null) {
      BORG_PASSCOMMAND = job.encryption.passCommand;
    }
    // job.environment;

  keep =
    job: lib.concatStringsSep " " (lib.mapAttrsToList (name: value: "--keep-${name}=${toString value}") job.prune.keep);

  script = name: job: ''
    set -e
    borgWrapper() {
      local result=0
      borg "$@" || result=$?
      if [[ ${lib.boolToString job.failOnWarnings} == false ]] && ((result == 1 || (result >= 100 && result <= 127))); then
        echo "ignoring warning return value $result"
        return 0
      fi
      return "$result"
    }
    on_exit() {
      exitStatus=$?
      ${job.postHook}
      exit "$exitStatus"
    }
    trap on_exit EXIT
    extraArgs=(${job.extraArgs})
    extraCreateArgs=(${job.extraCreateArgs})
    archiveName="${job.archiveBaseName}-$(date ${job.dateFormat})"
    archiveSuffix=${lib.optionalString job.appendFailedSuffix ".failed"}
    ${job.preHook}
    ${lib.optionalString job.doInit ''
      if ! borgWrapper list "''${extraArgs[@]}" >/dev/null; then
        borgWrapper init "''${extraArgs[@]}" --encryption ${job.encryption.mode} ${job.extraInitArgs}
        ${job.postInit}
      fi
    ''}
    borgWrapper create "''${extraArgs[@]}" --compression ${job.compression} \
      --exclude-from ${builtins.toFile "excludes" (lib.concatLines job.exclude)} \
      --patterns-from ${builtins.toFile "patterns" (lib.concatLines job.patterns)} \
      "''${extraCreateArgs[@]}" "::$archiveName$archiveSuffix" ${lib.escapeShellArgs job.paths}
    ${lib.optionalString job.appendFailedSuffix ''
      borgWrapper rename "''${extraArgs[@]}" "::$archiveName$archiveSuffix" "$archiveName"
    ''}
    ${job.postCreate}
    ${lib.optionalString (job.prune.keep != { }) ''
      borgWrapper prune "''${extraArgs[@]}" ${keep job} --glob-archives ${lib.escapeShellArg "${job.prune.prefix}*"} ${job.extraPruneArgs}
      borgWrapper compact "''${extraArgs[@]}" ${job.extraCompactArgs}
      ${job.postPrune}
    ''}
  '';

  wrapper =
    name: job:
    pkgs.writeShellScriptBin "borg-job-${name}" ''
      ${lib.concatStringsSep "\n" (
        lib.mapAttrsToList (variable: value: "export ${variable}=${lib.escapeShellArg value}") (variables job)
      )}
      exec borg "$@"
    '';

  key =
    repository: appendOnly: text:
    let
      restricted = if repository.allowSubRepos then "path" else "repository";
      serve =
        "cd ${lib.escapeShellArg repository.path} && borg serve --restrict-to-${restricted} ."
        + lib.optionalString appendOnly " --append-only"
        + lib.optionalString (repository.quota != null) " --storage-quota ${repository.quota}";
    in
    ''command="${lib.replaceStrings [ ''"'' ] [ ''\"'' ] serve}",restrict ${text}'';
in
{
  systemd.services = lib.mapAttrs' (
    name: job:
    lib.nameValuePair "borgbackup-job-${name}" {
      description = "BorgBackup job ${name}";
      script = script name job;
      environment = variables job;
    }
  ) jobs;

  systemd.timers = lib.mapAttrs' (
    name: job:
    lib.nameValuePair "borgbackup-job-${name}" {
      timerConfig.OnCalendar = job.startAt;
      timerConfig.Persistent = job.persistentTimer;
    }
  ) jobs;

  environment.systemPackages = lib.mapAttrsToList wrapper jobs;

  users.users = lib.mkMerge (
    lib.mapAttrsToList (_: repository: {
      ${repository.user}.openssh.authorizedKeys.keys =
        map (key repository false) repository.authorizedKeys
        ++ map (key repository true) repository.authorizedKeysAppendOnly;
    }) repos
  );
}
