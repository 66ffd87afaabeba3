# A stand-in for nixpkgs' module system (`evalModules`): declarations, definitions, imports, priorities and order as NixOS has them.
lib:
let
  inherit (builtins)
    attrNames
    concatLists
    concatMap
    concatStringsSep
    elem
    filter
    foldl'
    functionArgs
    genericClosure
    hasAttr
    head
    isAttrs
    isFunction
    isList
    isString
    length
    mapAttrs
    sort
    ;

  show = concatStringsSep ".";

  # Properties of definitions.
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkOrder = priority: content: {
    _type = "order";
    inherit priority content;
  };
  isProperty = kind: value: isAttrs value && value._type or null == kind;

  # One definition without its `mkIf` and `mkMerge`: a list of definitions.
  discharge =
    value:
    if isProperty "merge" value then
      concatMap discharge value.contents
    else if isProperty "if" value then
      if value.condition then discharge value.content else [ ]
    else
      [ value ];

  # A set of definitions with its properties moved to the values inside: a list of plain sets.
  pushDown =
    value:
    if isProperty "merge" value then
      concatMap pushDown value.contents
    else if isProperty "if" value then
      map (mapAttrs (_: inner: mkIf value.condition inner)) (pushDown value.content)
    else if isProperty "override" value then
      map (mapAttrs (_: inner: mkOverride value.priority inner)) (pushDown value.content)
    else if isProperty "order" value then
      map (mapAttrs (_: inner: mkOrder value.priority inner)) (pushDown value.content)
    else
      [ value ];

  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };

  # Definitions (`{ file, value }`) that have the strongest priority, in their order.
  strongest =
    definitions:
    let
      priorityOf = definition: if isProperty "override" definition.value then definition.value.priority else 100;
      best = foldl' (least: definition: lib.min least (priorityOf definition)) 9999 definitions;
      unwrap =
        definition:
        if isProperty "override" definition.value then
          definition // { value = definition.value.content; }
        else
          definition;
    in
    map unwrap (filter (definition: priorityOf definition == best) definitions);

  ordered =
    definitions:
    let
      withOrder = map (
        definition:
        if isProperty "order" definition.value then
          definition
          // {
            value = definition.value.content;
            order = definition.value.priority;
          }
        else
          definition // { order = 1000; }
      ) definitions;
    in
    if lib.any (definition: isProperty "order" definition.value) definitions then
      sort (a: b: a.order < b.order) withOrder
    else
      definitions;

  # The value of definitions under a type: `{ isDefined, value }`.
  mergeDefinitions =
    location: type: definitions:
    let
      plain = concatMap (
        definition: map (value: definition // { inherit value; }) (discharge definition.value)
      ) definitions;
      winning = ordered (strongest plain);
      wrong = filter (definition: !type.check definition.value) winning;
    in
    {
      isDefined = plain != [ ];
      value =
        if plain == [ ] then
          type.emptyValue.value
            or (throw "The option `${show location}' was accessed but has no value defined.")
        else if wrong != [ ] then
          throw "A definition for option `${show location}' is not of type `${type.name}': ${
            concatStringsSep ", " (map (definition: definition.file) wrong)
          }"
        else
          type.merge location winning;
    };

  isOption = isProperty "option";

  # Modules in the form { file, key, imports, options, config, freeformType }.
  normalise =
    arguments: parent: index: module:
    let
      isFile = builtins.isPath module || isString module;
      file = if isFile then toString module else module._file or parent;
      content = if isFile then import module else module;
      applied = if isFunction content then apply arguments content else content;
      set =
        if isProperty "if" applied || isProperty "merge" applied then { config = applied; } else applied;
      isLong = set ? config || set ? options;
      special = [
        "_class"
        "_file"
        "key"
        "imports"
        "disabledModules"
        "freeformType"
      ];
      strange = removeAttrs set (
        special
        ++ [
          "config"
          "options"
          "meta"
        ]
      );
    in
    if isLong && strange != { } then
      throw "Module `${file}' has an unsupported attribute `${head (attrNames strange)}'."
    else
      {
        inherit file;
        key = if isFile then file else set.key or "${parent}:anon-${toString index}";
        imports = set.imports or [ ];
        options = set.options or { };
        config = if isLong then set.config or { } else removeAttrs set special;
        freeformType = set.freeformType or null;
      };

  apply =
    arguments: f:
    f (arguments // mapAttrs (name: _: arguments.${name} or arguments.config._module.args.${name}) (functionArgs f));

  # All modules: those given, then what they import, then what these import, each once.
  collect =
    arguments: modules:
    let
      make =
        parent: list:
        lib.imap1 (
          index: module:
          let
            normalised = normalise arguments parent index module;
          in
          {
            inherit (normalised) key;
            module = normalised;
          }
        ) list;
    in
    map (entry: entry.module) (genericClosure {
      startSet = make "<unknown-file>" modules;
      operator = entry: make entry.key entry.module.imports;
    });

  # Declared options and definitions of one level: { options, config, strays }.
  mergeLevel =
    location: declarations: definitions:
    let
      # declarations: [ { file, options } ], definitions: [ { file, config } ]
      names = lib.unique (concatMap (declaration: attrNames declaration.options) declarations);
      perModule = concatMap (
        definition: map (set: { inherit (definition) file; inherit set; }) (pushDown definition.config)
      ) definitions;
      definedFor =
        name:
        concatMap (
          definition:
          if hasAttr name definition.set then
            [
              {
                inherit (definition) file;
                value = definition.set.${name};
              }
            ]
          else
            [ ]
        ) perModule;
      declaredFor =
        name:
        concatMap (
          declaration:
          if hasAttr name declaration.options then
            [
              {
                inherit (declaration) file;
                options = declaration.options.${name};
              }
            ]
          else
            [ ]
        ) declarations;
      level = lib.genAttrs names (
        name:
        let
          here = location ++ [ name ];
          declared = declaredFor name;
          options = filter (declaration: isOption declaration.options) declared;
        in
        if options == [ ] then
          mergeLevel here declared (
            map (definition: {
              inherit (definition) file;
              config = definition.value;
            }) (definedFor name)
          )
        else if length options > 1 then
          throw "The option `${show here}' is already declared, in ${
            concatStringsSep " and " (map (declaration: declaration.file) options)
          }."
        else
          evaluateOption here (head options).options (definedFor name)
      );
      strayNames = filter (name: !(elem name names)) (
        lib.unique (concatMap (definition: attrNames definition.set) perModule)
      );
    in
    {
      config = mapAttrs (_: entry: entry.config) level;
      options = mapAttrs (_: entry: entry.options) level;
      strays =
        concatMap (
          name:
          map (definition: {
            inherit (definition) file;
            path = [ name ];
            inherit (definition) value;
          }) (definedFor name)
        ) strayNames
        ++ concatMap (
          name: map (stray: stray // { path = [ name ] ++ stray.path; }) level.${name}.strays
        ) names;
    };

  evaluateOption =
    location: option: definitions:
    let
      defaults =
        if option ? default then
          [
            {
              file = "default";
              value = mkOverride 1500 option.default;
            }
          ]
        else
          [ ];
      merged = mergeDefinitions location (option.type or lib.types.unspecified) (definitions ++ defaults);
      value =
        if option.readOnly or false && length (definitions ++ defaults) > 1 then
          throw "The option `${show location}' is read-only, but it's set multiple times."
        else
          merged.value;
    in
    {
      config = (option.apply or (x: x)) value;
      options = option // {
        inherit definitions;
        isDefined = merged.isDefined;
        loc = location;
      };
      strays = [ ];
    };

  evalModules =
    {
      modules,
      specialArgs ? { },
      prefix ? [ ],
    }:
    let
      internal = {
        _file = "<module system>";
        options._module = {
          args = lib.mkOption {
            type = lib.types.lazyAttrsOf lib.types.raw;
            default = { };
          };
          check = lib.mkOption {
            type = lib.types.bool;
            default = true;
          };
        };
      };
      arguments = {
        inherit lib config;
        options = level.options;
      }
      // specialArgs;
      # Later modules come first, as in nixpkgs: lists begin with what the last module says.
      all = lib.reverseList (collect arguments (modules ++ [ internal ]));
      level = mergeLevel prefix (map (module: { inherit (module) file options; }) all) (
        map (module: { inherit (module) file config; }) all
      );
      freeform = lib.findFirst (type: type != null) null (map (module: module.freeformType) all);
      free = freeform.merge prefix (
        map (stray: {
          inherit (stray) file;
          value = lib.setAttrByPath stray.path stray.value;
        }) level.strays
      );
      config = if freeform == null then level.config else lib.recursiveUpdate free level.config;
      stray = head level.strays;
      checked =
        if freeform == null && level.strays != [ ] && config._module.check then
          throw "The option `${show (prefix ++ stray.path)}' does not exist. Definition: ${stray.file}"
        else
          config;
    in
    {
      config = removeAttrs checked [ "_module" ];
      options = level.options;
      inherit (config) _module;
    };
in
{
  inherit
    evalModules
    isOption
    mergeDefinitions
    mkIf
    mkOrder
    mkOverride
    pushDown
    ;
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkDefault = mkOverride 1000;
  mkOptionDefault = mkOverride 1500;
  mkForce = mkOverride 50;
  mkVMOverride = mkOverride 10;
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;
  mkOption = attributes: attributes // { _type = "option"; };
  mkEnableOption =
    name:
    lib.mkOption {
      type = lib.types.bool;
      default = false;
      description = "Whether to enable ${name}.";
    };
  literalExpression = text: {
    _type = "literalExpression";
    inherit text;
  };
  setDefaultModuleLocation = file: module: {
    _file = file;
    imports = [ module ];
  };
}
