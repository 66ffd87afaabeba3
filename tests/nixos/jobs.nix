# What a test needs to run the jobs of a rendered machine: units, scripts and commands. `machine` is the path of its folder.
{
  machine,
  module ? { },
}:
let
  nixos = import ./facts.nix { clans = { }; };
  config =
    (nixos.system {
      imports = [
        machine
        module
      ];
    }).config;
  inherit (config.clan.core) state;
  commands = builtins.listToAttrs (
    map (package: {
      inherit (package) name;
      value = package.text;
    }) config.environment.systemPackages
  );
in
{
  jobs = builtins.mapAttrs (name: job: {
    inherit (job)
      archiveBaseName
      environment
      failOnWarnings
      paths
      preHook
      prune
      repo
      ;
    unit = config.systemd.services."borgbackup-job-${name}";
    timer = config.systemd.timers."borgbackup-job-${name}".timerConfig or { };
    lock = config.systemd.services."borgbackup-lock-${name}" or null;
  }) config.services.borgbackup.jobs;
  folders = builtins.concatMap (entry: entry.folders) (builtins.attrValues state);
  etc = builtins.mapAttrs (_: file: file.text) config.environment.etc;
  inherit commands;
  inherit (config) warnings;
}
