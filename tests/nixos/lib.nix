# A small stand-in for nixpkgs' `lib`: the functions that rendered modules and the modules of our cases use, with their meaning there.
let
  inherit (builtins)
    attrNames
    concatLists
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    genList
    hasAttr
    head
    isAttrs
    isFunction
    isInt
    isList
    isString
    length
    listToAttrs
    mapAttrs
    match
    replaceStrings
    stringLength
    substring
    tail
    ;

  strings = rec {
    hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
    hasSuffix =
      suffix: text:
      stringLength text >= stringLength suffix
      && substring (stringLength text - stringLength suffix) (-1) text == suffix;
    hasInfix = infix: text: length (splitString infix text) > 1;
    removePrefix =
      prefix: text: if hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
    removeSuffix =
      suffix: text:
      if hasSuffix suffix text then
        substring 0 (stringLength text - stringLength suffix) text
      else
        text;
    splitString =
      separator: text:
      filter isString (builtins.split (escapeRegex separator) text);
    escapeRegex = replaceStrings (stringToCharacters "\\[{()^$?*+|.") (
      map (c: "\\${c}") (stringToCharacters "\\[{()^$?*+|.")
    );
    stringToCharacters = text: genList (at: substring at 1 text) (stringLength text);
    concatStrings = concatStringsSep "";
    concatMapStrings = f: list: concatStrings (map f list);
    concatMapStringsSep =
      separator: f: list:
      concatStringsSep separator (map f list);
    concatLines = concatMapStrings (line: "${line}\n");
    optionalString = condition: text: if condition then text else "";
    makeBinPath = packages: concatStringsSep ":" (map (package: "${package}/bin") packages);
    escapeShellArg =
      value:
      let
        text = toString value;
      in
      if match "[[:alnum:],._+:@%/-]+" text == null then
        "'${replaceStrings [ "'" ] [ "'\\''" ] text}'"
      else
        text;
    escapeShellArgs = concatMapStringsSep " " escapeShellArg;
    toShellVar =
      name: value:
      if isAttrs value && !(value ? outPath) then
        "declare -A ${name}=(${
          concatStringsSep " " (
            map (key: "[${escapeShellArg key}]=${escapeShellArg value.${key}}") (attrNames value)
          )
        })"
      else if isList value then
        "declare -a ${name}=(${escapeShellArgs value})"
      else
        "${name}=${escapeShellArg value}";
    toShellVars = variables: concatStringsSep "\n" (map (name: toShellVar name variables.${name}) (attrNames variables));
    toLower = replaceStrings (stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ") (
      stringToCharacters "abcdefghijklmnopqrstuvwxyz"
    );
    fileContents = file: removeSuffix "\n" (builtins.readFile file);
    inherit concatStringsSep replaceStrings;
  };

  lists = rec {
    any = builtins.any;
    all = builtins.all;
    optional = condition: element: if condition then [ element ] else [ ];
    optionals = condition: elements: if condition then elements else [ ];
    last = list: elemAt list (length list - 1);
    init = list: genList (elemAt list) (length list - 1);
    reverseList =
      list:
      let
        count = length list;
      in
      genList (at: elemAt list (count - at - 1)) count;
    unique = foldl' (found: element: if elem element found then found else found ++ [ element ]) [ ];
    flatten = value: if isList value then concatMap flatten value else [ value ];
    range = first: final: if first > final then [ ] else genList (n: first + n) (final - first + 1);
    imap0 = f: list: genList (n: f n (elemAt list n)) (length list);
    imap1 = f: list: genList (n: f (n + 1) (elemAt list n)) (length list);
    zipListsWith =
      f: first: second:
      genList (n: f (elemAt first n) (elemAt second n)) (
        if length first < length second then length first else length second
      );
    subtractLists = unwanted: filter (element: !(elem element unwanted));
    toList = value: if isList value then value else [ value ];
    foldr =
      f: start: list:
      if list == [ ] then start else f (head list) (foldr f start (tail list));
    sort = builtins.sort;
    findFirst =
      predicate: default: list:
      let
        found = filter predicate list;
      in
      if found == [ ] then default else head found;
    inherit
      concatLists
      concatMap
      elem
      elemAt
      filter
      foldl'
      genList
      head
      length
      tail
      ;
  };

  attrsets = rec {
    attrValues = builtins.attrValues;
    nameValuePair = name: value: { inherit name value; };
    mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
    mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
    filterAttrs =
      predicate: set:
      listToAttrs (
        map (name: nameValuePair name set.${name}) (filter (name: predicate name set.${name}) (attrNames set))
      );
    genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
    optionalAttrs = condition: set: if condition then set else { };
    recursiveUpdate =
      first: second:
      first
      // mapAttrs (
        name: value:
        if isAttrs value && isAttrs (first.${name} or null) then recursiveUpdate first.${name} value else value
      ) second;
    attrByPath =
      path: default: set:
      if path == [ ] then
        set
      else if hasAttr (head path) set then
        attrByPath (tail path) default set.${head path}
      else
        default;
    getAttrFromPath = path: attrByPath path (throw "no attribute ${concatStringsSep "." path}");
    setAttrByPath = path: value: if path == [ ] then value else { ${head path} = setAttrByPath (tail path) value; };
    zipAttrsWith = builtins.zipAttrsWith;
    foldlAttrs =
      f: start: set:
      foldl' (result: name: f result name set.${name}) start (attrNames set);
    isDerivation = value: value.type or null == "derivation";
    inherit
      attrNames
      hasAttr
      isAttrs
      listToAttrs
      mapAttrs
      ;
  };

  trivial = {
    id = value: value;
    const = value: _: value;
    flip =
      f: first: second:
      f second first;
    pipe = foldl' (value: f: f value);
    warn = message: builtins.trace "warning: ${message}";
    warnIf = condition: message: if condition then builtins.trace "warning: ${message}" else value: value;
    throwIf = condition: message: if condition then throw message else value: value;
    importJSON = file: builtins.fromJSON (builtins.readFile file);
    boolToString = value: if value then "true" else "false";
    functionArgs = f: if f ? __functor then f.__functionArgs or { } else builtins.functionArgs f;
    isFunction = f: builtins.isFunction f || (f ? __functor && isFunction (f.__functor f));
    min = first: second: if first < second then first else second;
    max = first: second: if first > second then first else second;
    inherit (builtins) isBool toJSON fromJSON readFile pathExists;
    inherit isInt isList isString;
  };

  modules = import ./modules.nix lib;

  lib =
    trivial
    // lists
    // attrsets
    // strings
    // modules
    // {
      inherit lists attrsets strings trivial;
      types = import ./types.nix lib;
      getExe = package: "${package}/bin/${package.meta.mainProgram or package.name}";
      getExe' = package: name: "${package}/bin/${name}";
      version = "26.05";
    };
in
lib
