final: prev: {
  fleet = {
    names = dir: builtins.attrNames (builtins.readDir dir);
    inventory = dir: {
      machines = prev.genAttrs (map (prev.removeSuffix ".toml") (final.fleet.names dir)) (
        name: prev.importTOML (dir + "/${name}.toml")
      );
    };
  };
}
