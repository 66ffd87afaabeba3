{ lib }:
rec {
  readInstances =
    dir: args: lib.foldl'
      lib.recursiveUpdate
      { }
      (map
        (f: import (dir + "/${f}") args)
        (lib.attrNames
          (lib.filterAttrs (n: t: t == "regular" && lib.hasSuffix ".nix" n) (builtins.readDir dir))));
  readMachines = dir: lib.pipe (builtins.readDir dir) [
    (lib.filterAttrs (_: t: t == "directory"))
    builtins.attrNames
    (map (n: lib.nameValuePair n { imports = [ (dir + "/${n}/configuration.nix") ]; }))
    lib.listToAttrs
  ];
}
