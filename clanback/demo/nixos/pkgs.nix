# A stand-in for nixpkgs: packages are names with a store path; scripts keep their text where a test can read it.
lib:
let
  package =
    name: attributes:
    {
      type = "derivation";
      inherit name;
      outPath = "/nix/store/00000000000000000000000000000000-${name}";
    }
    // attributes;

  writers = {
    writeText =
      name: text:
      package name {
        outPath = "${builtins.toFile name text}";
        inherit text;
      };
    # Units name scripts by their path: with a store that may be written to, tests find and run them there.
    writeShellScript =
      name: text:
      package name {
        outPath = "${builtins.toFile name text}";
        inherit text;
      };
    writeShellScriptBin = name: text: package name { text = "#!/bin/sh\n${text}"; };
    writeScript = name: text: package name { inherit text; };
    writeScriptBin = name: text: package name { inherit text; };
    writeShellApplication =
      {
        name,
        text,
        runtimeInputs ? [ ],
        ...
      }:
      package name {
        text = "#!/bin/sh\nset -euo pipefail\n${text}";
        inherit runtimeInputs;
      };
    runCommand =
      name: _: text:
      package name { inherit text; };
    symlinkJoin = { name, ... }: package name { };
    formats.json = _: { type = lib.types.anything; };
  };

  names = [
    "bash"
    "borgbackup"
    "coreutils"
    "curl"
    "findutils"
    "gawk"
    "git"
    "gnugrep"
    "gnused"
    "gzip"
    "hello"
    "jq"
    "openssh"
    "postgresql"
    "python3"
    "rsync"
    "runtimeShell"
    "sqlite"
    "systemd"
    "util-linux"
    "vim"
    "zstd"
  ];
in
lib.genAttrs names (name: package name { }) // writers // { inherit lib; }
