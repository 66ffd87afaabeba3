# What the demo has to know of a machine: `lib` is that of clanback's evaluator, `machine` the rendered folder, `module` what a test
# adds.
{
  lib,
  machine,
  module ? { },
}:
let
  pkgs = import ./pkgs.nix lib;

  inherit
    (lib.evalModules {
      modules = [
        ./options.nix
        ./borgbackup.nix
        { _module.args.pkgs = pkgs; }
        machine
        module
      ];
      specialArgs.modulesPath = "/nixpkgs/nixos/modules";
    })
    config
    ;

  list = value: if builtins.isList value then value else [ value ];

  unit = _: unit: {
    inherit (unit) description requires after;
    environment = lib.filterAttrs (_: value: value != null) unit.environment;
    type = unit.serviceConfig.Type or "simple";
    pre = map toString (list (unit.serviceConfig.ExecStartPre or [ ]));
    start = if unit.script != "" then unit.script else toString (list (unit.serviceConfig.ExecStart or "true"));
    stopPost = map toString (list (unit.serviceConfig.ExecStopPost or [ ]));
    stopWhenUnneeded = unit.unitConfig.StopWhenUnneeded or false;
  };

  secrets = lib.concatMap (
    generator:
    map (file: {
      inherit (file)
        group
        mode
        owner
        path
        ;
      inherit (generator) share;
      generator = generator.name;
      inherit (file) name;
    }) (lib.filter (file: file.secret && file.deploy) (lib.attrValues generator.files))
  ) (lib.attrValues config.clan.core.vars.generators);
in
{
  hostName = config.networking.hostName;
  inherit secrets;
  inherit (config) warnings;
  units = lib.mapAttrs unit config.systemd.services;
  timers = lib.mapAttrs (_: timer: timer.timerConfig) config.systemd.timers;
  commands = lib.listToAttrs (
    map (package: lib.nameValuePair package.name package.text) (
      lib.filter (package: package ? text) config.environment.systemPackages
    )
  );
  etc = lib.mapAttrs (_: file: if file.text != null then file.text else builtins.readFile file.source) config.environment.etc;
  # NixOS makes these with a unit that runs at boot.
  repositories = lib.mapAttrsToList (_: repository: {
    inherit (repository) group path user;
  }) config.services.borgbackup.repos;
  tmpfiles = config.systemd.tmpfiles.rules;
  users = lib.mapAttrs (_: user: {
    keys = user.openssh.authorizedKeys.keys ++ map builtins.readFile user.openssh.authorizedKeys.keyFiles;
    normal = user.isNormalUser;
    groups = user.extraGroups;
  }) config.users.users;
  sshd = {
    inherit (config.services.openssh) enable settings;
    hostKeys = map (key: key.path) config.services.openssh.hostKeys;
  };
  knownHosts = lib.mapAttrsToList (_: host: {
    inherit (host) certAuthority hostNames publicKey;
  }) config.programs.ssh.knownHosts;
  directories = lib.mapAttrs (_: state: state.folders) config.clan.core.state;
}
