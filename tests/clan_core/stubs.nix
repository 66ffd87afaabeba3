# Ours: what borgbackup needs of NixOS, of pkgs and of vars. Whatever else a machine says is taken as it is (freeform).
{ lib }:
let
  inherit (lib) mkOption types;
  loose = lib.mkOptionType {
    name = "loose";
    description = "anything; sets merge, lists join";
    check = _: true;
    merge =
      loc: defs:
      let
        values = map (d: d.value) defs;
        isSet = v: builtins.isAttrs v && (v.type or null) != "derivation";
      in
      if lib.all isSet values then
        (types.lazyAttrsOf loose).merge loc defs
      else if lib.all builtins.isList values then
        lib.concatLists values
      else if lib.length values == 1 then
        lib.head values
      else
        lib.mergeEqualOption loc defs;
    emptyValue.value = { };
  };
  generator = types.submoduleWith {
    modules = [
      (
        { name, ... }:
        let
          generatorName = name;
        in
        {
          freeformType = types.lazyAttrsOf loose;
          options.share = mkOption {
            type = types.bool;
            default = false;
          };
          options.files = mkOption {
            default = { };
            type = types.attrsOf (
              types.submoduleWith {
                modules = [
                  (
                    { name, ... }:
                    {
                      freeformType = types.lazyAttrsOf loose;
                      options.secret = mkOption {
                        type = types.bool;
                        default = true;
                      };
                      options.path = mkOption {
                        type = types.str;
                        # the machine's name is filled in by the reader
                        default = "/run/secrets/vars/per-machine/MACHINE/${generatorName}/${name}";
                      };
                    }
                  )
                ];
              }
            );
          };
        }
      )
    ];
  };
  job = types.submoduleWith {
    modules = [
      (
        { name, ... }:
        {
          freeformType = types.lazyAttrsOf loose;
          options = {
            paths = mkOption {
              type = types.nullOr (types.coercedTo types.str lib.singleton (types.listOf types.str));
              default = null;
            };
            repo = mkOption { type = types.str; };
            exclude = mkOption {
              type = types.listOf types.str;
              default = [ ];
            };
            startAt = mkOption {
              type = types.either types.str (types.listOf types.str);
              default = "daily";
            };
            compression = mkOption {
              type = types.strMatching "none|(auto,)?(lz4|zstd|zlib|lzma)(,[[:digit:]]{1,2})?";
              default = "lz4";
            };
            environment = mkOption {
              type = types.attrsOf types.str;
              default = { };
            };
            persistentTimer = mkOption {
              type = types.bool;
              default = false;
            };
          };
        }
      )
    ];
  };
  repo = types.submoduleWith {
    modules = [
      {
        freeformType = types.lazyAttrsOf loose;
        options.path = mkOption {
          type = types.path;
          default = "/var/lib/borgbackup";
        };
        options.authorizedKeys = mkOption {
          type = types.listOf types.str;
          default = [ ];
        };
      }
    ];
  };
in
{
  pkgs =
    let
      named = name: {
        type = "derivation";
        inherit name;
        outPath = "/nix/store/00000000000000000000000000000000-${name}";
        __toString = self: self.outPath;
      };
    in
    {
      inherit lib;
      writeShellScript = name: _: named name;
      writeShellScriptBin = name: _: named name;
      writeShellApplication = { name, ... }: named name;
      writeText = name: _: named name;
      writeScript = name: _: named name;
      runCommand =
        name: _: _:
        named name;
    }
    // lib.genAttrs [
      "bash"
      "coreutils"
      "curl"
      "git"
      "gnugrep"
      "gnused"
      "gnutar"
      "gzip"
      "hello"
      "jq"
      "mariadb"
      "openssh"
      "postgresql"
      "rsync"
      "sqlite"
      "systemd"
      "util-linux"
      "vim"
      "xkcdpass"
    ] named;

  nixos = {
    _file = "stubs.nix";
    freeformType = types.lazyAttrsOf loose;
    options = {
      clanConfig = mkOption { type = types.raw; };
      clan.core.settings = mkOption {
        type = types.submodule { freeformType = types.lazyAttrsOf loose; };
        default = { };
      };
      clan.core.vars.generators = mkOption {
        type = types.attrsOf generator;
        default = { };
      };
      services.borgbackup.jobs = mkOption {
        type = types.attrsOf job;
        default = { };
      };
      services.borgbackup.repos = mkOption {
        type = types.attrsOf repo;
        default = { };
      };
      systemd.tmpfiles.rules = mkOption {
        type = types.listOf types.str;
        default = [ ];
      };
      networking.hostName = mkOption {
        type = types.str;
        default = "nixos";
      };
      warnings = mkOption {
        type = types.listOf types.str;
        default = [ ];
      };
      assertions = mkOption {
        type = types.listOf types.unspecified;
        default = [ ];
      };
    };
  };
}
