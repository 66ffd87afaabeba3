# A stand-in for the NixOS options that rendered modules and the modules of our cases set, with NixOS' types and defaults.
{ config, lib, pkgs, ... }:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
  required = type: mkOption { inherit type; };
  enable = option types.bool false;

  job =
    { name, config, ... }:
    {
      options = {
        paths = option (types.nullOr (types.coercedTo types.str lib.toList (types.listOf types.str))) null;
        dumpCommand = option (types.nullOr types.path) null;
        repo = required types.str;
        removableDevice = enable;
        archiveBaseName = option (types.nullOr (types.strMatching "[^/{}]+")) "${hostName}-${name}";
        dateFormat = option types.str "+%Y-%m-%dT%H:%M:%S";
        startAt = option (types.either types.str (types.listOf types.str)) "daily";
        persistentTimer = enable;
        inhibitsSleep = enable;
        user = option types.str "root";
        group = option types.str "root";
        encryption = {
          mode = required (
            types.enum [
              "repokey"
              "keyfile"
              "repokey-blake2"
              "keyfile-blake2"
              "authenticated"
              "authenticated-blake2"
              "none"
            ]
          );
          passCommand = option (types.nullOr types.str) null;
          passphrase = option (types.nullOr types.str) null;
        };
        compression = option (types.strMatching "none|(auto,)?(lz4|zstd|zlib|lzma)(,[[:digit:]]{1,2})?") "lz4";
        exclude = option (types.listOf types.str) [ ];
        patterns = option (types.listOf types.str) [ ];
        readWritePaths = option (types.listOf types.path) [ ];
        privateTmp = option types.bool true;
        failOnWarnings = option types.bool true;
        doInit = option types.bool true;
        appendFailedSuffix = option types.bool true;
        prune = {
          keep = option (types.attrsOf (types.either types.int (types.strMatching "[[:digit:]]+[Hdwmy]"))) { };
          prefix = option (types.nullOr types.str) config.archiveBaseName;
        };
        environment = option (types.attrsOf types.str) { };
        preHook = option types.lines "";
        postInit = option types.lines "";
        postCreate = option types.lines "";
        postPrune = option types.lines "";
        postHook = option types.lines "";
        extraArgs = option (types.coercedTo (types.listOf types.str) lib.escapeShellArgs types.str) "";
        extraInitArgs = option types.str "";
        extraCreateArgs = option types.str "";
        extraPruneArgs = option types.str "";
        extraCompactArgs = option types.str "";
      };
    };
  hostName = config.networking.hostName;

  repository = {
    options = {
      path = option types.path "/var/lib/borgbackup";
      user = option types.str "borg";
      group = option types.str "borg";
      authorizedKeys = option (types.listOf types.str) [ ];
      authorizedKeysAppendOnly = option (types.listOf types.str) [ ];
      allowSubRepos = enable;
      quota = option (types.nullOr (types.strMatching "[[:digit:].]+[KMGTP]?")) null;
    };
  };

  user =
    { name, config, ... }:
    {
      freeformType = types.attrsOf types.anything;
      options = {
        name = option types.str name;
        isNormalUser = enable;
        isSystemUser = enable;
        extraGroups = option (types.listOf types.str) [ ];
        hashedPasswordFile = option (types.nullOr types.str) null;
        openssh.authorizedKeys = {
          keys = option (types.listOf types.singleLineStr) [ ];
          keyFiles = option (types.listOf types.path) [ ];
        };
      };
    };

  knownHost =
    { name, config, ... }:
    {
      options = {
        certAuthority = enable;
        extraHostNames = option (types.listOf types.str) [ ];
        hostNames = option (types.listOf types.str) ([ name ] ++ config.extraHostNames);
        publicKey = option (types.nullOr types.str) null;
        publicKeyFile = option (types.nullOr types.path) null;
      };
    };

  unit = {
    freeformType = types.attrsOf types.anything;
    options = {
      description = option types.str "";
      requires = option (types.listOf types.str) [ ];
      wants = option (types.listOf types.str) [ ];
      after = option (types.listOf types.str) [ ];
      before = option (types.listOf types.str) [ ];
      wantedBy = option (types.listOf types.str) [ ];
      path = option (types.listOf types.anything) [ ];
      script = option types.lines "";
      environment = option (types.attrsOf (types.nullOr types.str)) { };
      unitConfig = option (types.attrsOf types.anything) { };
      serviceConfig = option (types.attrsOf types.anything) { };
      timerConfig = option (types.attrsOf types.anything) { };
    };
  };

  opaque = option (types.attrsOf types.anything) { };
in
{
  options = {
    assertions = option (types.listOf types.anything) [ ];
    warnings = option (types.listOf types.str) [ ];
    networking = {
      hostName = option (types.strMatching "[a-zA-Z0-9_-]*") "nixos";
      domain = option (types.nullOr types.str) null;
      firewall = opaque;
    };
    environment = {
      systemPackages = option (types.listOf types.package) [ ];
      variables = opaque;
      etc = option (types.attrsOf (
        types.submodule {
          options = {
            text = option (types.nullOr types.lines) null;
            source = option (types.nullOr types.path) null;
            mode = option types.str "symlink";
          };
        }
      )) { };
    };
    boot = opaque;
    fileSystems = opaque;
    hardware = opaque;
    i18n = opaque;
    nix = opaque;
    nixpkgs = opaque;
    security = opaque;
    system.activationScripts = option (types.attrsOf types.anything) { };
    time = opaque;
    virtualisation = opaque;
    programs.ssh.knownHosts = option (types.attrsOf (types.submodule knownHost)) { };
    services = {
      borgbackup = {
        package = option types.package pkgs.borgbackup;
        jobs = option (types.attrsOf (types.submodule job)) { };
        repos = option (types.attrsOf (types.submodule repository)) { };
      };
      openssh = {
        enable = enable;
        settings = mkOption {
          type = types.submodule {
            freeformType = types.attrsOf types.anything;
            options.PasswordAuthentication = option (types.nullOr types.bool) true;
          };
          default = { };
        };
        hostKeys = option (types.listOf types.attrs) [
          {
            type = "rsa";
            bits = 4096;
            path = "/etc/ssh/ssh_host_rsa_key";
          }
          {
            type = "ed25519";
            path = "/etc/ssh/ssh_host_ed25519_key";
          }
        ];
      };
      nginx = opaque;
      postgresql = opaque;
    };
    systemd = {
      package = option types.package pkgs.systemd;
      services = option (types.attrsOf (types.submodule unit)) { };
      timers = option (types.attrsOf (types.submodule unit)) { };
      tmpfiles = {
        rules = option (types.listOf types.str) [ ];
        settings = opaque;
      };
    };
    users = {
      mutableUsers = option types.bool true;
      users = option (types.attrsOf (types.submodule user)) { };
      groups = opaque;
    };
  };
}
