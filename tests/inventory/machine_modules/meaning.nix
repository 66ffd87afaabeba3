# What a list of NixOS modules says, without knowing any option: every definition, with its path and the properties around it,
# in the order in which the module system merges them. Two lists of modules that give the same mean the same.
let
  lib = rec {
    mkIf = condition: content: { _type = "if"; inherit condition content; };
    mkMerge = contents: { _type = "merge"; inherit contents; };
    mkOverride = priority: content: { _type = "override"; inherit priority content; };
    mkForce = mkOverride 50;
    mkDefault = mkOverride 1000;
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: values: if condition then values else [ ];
    optionalAttrs = condition: set: if condition then set else { };
    genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
    mapAttrs = builtins.mapAttrs;
  };
  open = name: {
    alpha = "${name}-alpha";
    beta = { gamma = "${name}-gamma"; delta = "${name}-delta"; };
    enable = true;
  };
  arguments = {
    inherit lib;
    config = open "config";
    pkgs = open "pkgs";
    inputs = open "inputs" // { module = { from.inputs = "yes"; }; };
    self = open "self";
  };

  load = module:
    if builtins.isPath module then load (import module)
    else if builtins.isFunction module then module arguments
    else module;

  # Level by level, as `genericClosure` goes through the imports.
  collect = modules:
    if modules == [ ] then
      [ ]
    else
      let loaded = map load modules; in
      loaded ++ collect (builtins.concatMap (m: m.imports or [ ]) loaded);

  reverse = list: builtins.genList (i: builtins.elemAt list (builtins.length list - i - 1)) (builtins.length list);

  configOf = module:
    if module ? config || module ? options then module.config or { }
    else removeAttrs module [ "imports" "_file" "key" ];

  show = value:
    if builtins.isPath value then "path:${toString value}"
    else if builtins.isList value then map show value
    else if builtins.isAttrs value then builtins.mapAttrs (_: show) value
    else value;

  definitions = path: value:
    if builtins.isAttrs value && !(value ? _type) then
      builtins.concatMap (name: definitions (path ++ [ name ]) value.${name}) (builtins.attrNames value)
    else
      [ { inherit path; value = show value; } ];

  clan = file: let value = import file; in
    if builtins.isFunction value then value (arguments // { config = open "clan"; }) else value;
in
{
  meaning = modules: builtins.concatMap (m: definitions [ ] (configOf m)) (reverse (collect modules));
  inherit clan;
}
