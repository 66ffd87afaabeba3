# A stand-in for nixpkgs' `lib.types`: checking and merging as NixOS does it.
lib:
let
  inherit (builtins)
    all
    attrNames
    concatMap
    concatStringsSep
    filter
    head
    isAttrs
    isBool
    isFloat
    isFunction
    isInt
    isList
    isString
    length
    mapAttrs
    match
    tail
    typeOf
    zipAttrsWith
    ;

  show = concatStringsSep ".";
  values = map (definition: definition.value);

  mergeOne =
    location: definitions:
    if length definitions == 1 then
      (head definitions).value
    else
      throw "The option `${show location}' is defined multiple times while it's expected to be unique.";

  mergeEqual =
    location: definitions:
    if all (definition: definition.value == (head definitions).value) (tail definitions) then
      (head definitions).value
    else
      throw "The option `${show location}' has conflicting definition values, in ${
        concatStringsSep " and " (map (definition: definition.file) definitions)
      }.";

  type =
    name: check: merge:
    { inherit name check merge; };

  plain = name: check: type name check mergeEqual;

  isPackage = value: value.type or null == "derivation";
  isPathLike =
    value: builtins.isPath value || isPackage value || (isString value && match "/.*" value != null);

  separated =
    separator: name:
    type name isString (_: definitions: concatStringsSep separator (values definitions));

  # The values of a set, each merged with the definitions of the same name.
  attributes =
    isLazy: element:
    type "attribute set of ${element.name}" isAttrs (
      location: definitions:
      let
        sets = concatMap (
          definition:
          map (set: mapAttrs (_: value: definition // { inherit value; }) set) (lib.pushDown definition.value)
        ) definitions;
        merged = zipAttrsWith (name: lib.mergeDefinitions (location ++ [ name ]) element) sets;
      in
      if isLazy then
        mapAttrs (_: entry: entry.value) merged
      else
        mapAttrs (_: entry: entry.value) (lib.filterAttrs (_: entry: entry.isDefined) merged)
    )
    // {
      emptyValue.value = { };
    };

  types = rec {
    unspecified = type "unspecified value" (_: true) mergeEqual;
    raw = type "raw value" (_: true) mergeOne;
    anything = type "anything" (_: true) (
      location: definitions:
      let
        kinds = lib.unique (map (definition: typeOf definition.value) definitions);
        kind = head kinds;
      in
      if length kinds > 1 then
        throw "The option `${show location}' has conflicting option types."
      else if kind == "set" && !lib.any (definition: isPackage definition.value) definitions then
        (lazyAttrsOf anything).merge location definitions
      else if kind == "list" then
        concatMap (definition: definition.value) definitions
      else if kind == "lambda" then
        argument:
        anything.merge location (
          map (definition: definition // { value = definition.value argument; }) definitions
        )
      else
        mergeEqual location definitions
    );
    bool = plain "boolean" isBool;
    int = plain "signed integer" isInt;
    float = plain "floating point number" isFloat;
    number = plain "number" (value: isInt value || isFloat value);
    ints = {
      between = low: high: plain "integer between ${toString low} and ${toString high}" (
        value: isInt value && value >= low && value <= high
      );
      unsigned = plain "unsigned integer" (value: isInt value && value >= 0);
      positive = plain "positive integer" (value: isInt value && value > 0);
    };
    port = ints.between 0 65535;
    str = plain "string" isString;
    nonEmptyStr = plain "non-empty string" (value: isString value && match "[ \t\n]*" value == null);
    singleLineStr =
      type "string without line ends" (value: isString value && match "[^\n\r]*\n?" value != null)
        (location: definitions: lib.removeSuffix "\n" (mergeEqual location definitions));
    strMatching =
      pattern: plain "string matching ${pattern}" (value: isString value && match pattern value != null);
    lines = separated "\n" "strings concatenated with \\n";
    commas = separated "," "strings concatenated with ,";
    separatedString = separator: separated separator "strings concatenated with ${separator}";
    path = plain "absolute path" isPathLike;
    package = plain "package" (value: isPackage value || isPathLike value);
    shellPackage = package;
    enum = choices: plain "one of ${concatStringsSep ", " (map toString choices)}" (value: lib.elem value choices);
    attrs = type "attribute set" isAttrs (_: definitions: lib.foldl' (a: b: a // b) { } (values definitions)) // {
      emptyValue.value = { };
    };
    nullOr =
      element:
      type "null or ${element.name}" (value: value == null || element.check value) (
        location: definitions:
        let
          nulls = filter (definition: definition.value == null) definitions;
        in
        if length nulls == length definitions then
          null
        else if nulls != [ ] then
          throw "The option `${show location}' is defined both null and not null."
        else
          element.merge location definitions
      )
      // {
        emptyValue.value = null;
      };
    listOf =
      element:
      type "list of ${element.name}" isList (
        location: definitions:
        map (entry: entry.value) (
          filter (entry: entry.isDefined) (
            concatMap (
              definition:
              lib.imap1 (
                index: value:
                lib.mergeDefinitions (location ++ [ "[definition ${toString index}-entry]" ]) element [
                  (definition // { inherit value; })
                ]
              ) definition.value
            ) definitions
          )
        )
      )
      // {
        emptyValue.value = [ ];
      };
    nonEmptyListOf = element: listOf element // { check = value: isList value && value != [ ]; };
    attrsOf = attributes false;
    lazyAttrsOf = attributes true;
    uniq = element: element // { merge = mergeOne; };
    unique = _: uniq;
    either =
      first: second:
      type "${first.name} or ${second.name}" (value: first.check value || second.check value) (
        location: definitions:
        if all first.check (values definitions) then
          first.merge location definitions
        else if all second.check (values definitions) then
          second.merge location definitions
        else
          mergeEqual location definitions
      );
    oneOf = choices: lib.foldl' either (head choices) (tail choices);
    coercedTo =
      from: convert: to:
      to
      // {
        check = value: (from.check value && to.check (convert value)) || to.check value;
        merge =
          location: definitions:
          to.merge location (
            map (
              definition:
              definition
              // {
                value = if from.check definition.value then convert definition.value else definition.value;
              }
            ) definitions
          );
      };
    functionTo =
      element:
      type "function" isFunction (
        location: definitions: argument:
        element.merge location (
          map (definition: definition // { value = definition.value argument; }) definitions
        )
      );
    deferredModule = type "module" (_: true) (_: definitions: { imports = values definitions; });
    submodule = modules: submoduleWith { modules = lib.toList modules; };
    submoduleWith =
      {
        modules,
        specialArgs ? { },
        ...
      }:
      type "submodule" (value: isAttrs value || isFunction value || builtins.isPath value) (
        location: definitions:
        (lib.evalModules {
          prefix = location;
          inherit specialArgs;
          modules = [
            { _module.args.name = lib.last location; }
          ]
          ++ modules
          ++ map (
            definition:
            if isAttrs definition.value then
              {
                _file = definition.file;
                config = definition.value;
              }
            else
              definition.value
          ) definitions;
        }).config
      )
      // {
        emptyValue.value = { };
      };
  };
in
types
