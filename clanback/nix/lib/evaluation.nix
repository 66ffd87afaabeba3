# clanback's own module system, in Nix: `lib.evalModules`, what belongs to it, and how the types of `lib.types` merge.
#
# A module, read: { key, file, class, imports, disabled, options, config }. A definition: { file, value } and, for messages, `at`.
lib:
let
  inherit (builtins)
    all
    any
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    genList
    genericClosure
    head
    isAttrs
    isBool
    isFunction
    isInt
    isList
    isPath
    isString
    length
    mapAttrs
    removeAttrs
    seq
    sort
    tail
    typeOf
    zipAttrsWith
    ;
  inherit (lib) recursiveUpdate showOption types;

  kindOf = x: if isAttrs x then x._type or null else null;
  isCallable = x: isFunction x || (isAttrs x && x ? __functor);
  numbered = f: list: genList (n: f (n + 1) (elemAt list n)) (length list);
  reversed = list: genList (n: elemAt list (length list - 1 - n)) (length list);
  values = map (definition: definition.value);
  last = list: elemAt list (length list - 1);

  placed =
    definition:
    definition.file + (if (definition.at or null) == null then "" else ":${toString definition.at.line}");
  written = definition: "- In `${placed definition}': ${short definition.value}";
  short =
    x:
    if isAttrs x then
      "a set"
    else if isList x then
      "a list"
    else if isCallable x then
      "a function"
    else
      builtins.toJSON (if isPath x then toString x else x);
  definitionsText = definitions: concatStringsSep "\n" (map written definitions);

  # ---- reading modules

  syntax = [
    "_class"
    "_file"
    "key"
    "disabledModules"
    "freeformType"
    "imports"
    "require"
  ];

  readModule =
    arguments: file: key: given:
    let
      isFile = isPath given || isString given;
      found = if isFile then import given else given;
      isMade = isCallable found;
      made = if isMade then callModule key found arguments else found;
      where = if isFile then toString given else file;
      kind = kindOf made;
      isProperty = kind == "if" || kind == "override" || (kind == "merge" && (isFile || isMade));
      wrong = "Expected a module, that is a set, a function or a path, but found ${short made} in ${where}.";
    in
    if isProperty then
      normal where (if isFile then toString given else key) { config = made; }
    else if kind != null && kind != "module" then
      throw "Expected a module, but found a value of type `${kind}'${
        if file == "" then "" else ", while trying to load a module into ${file}"
      }."
    else if isAttrs made then
      normal where (if isFile then toString given else key) made
    else if isFile || isMade || isList made then
      throw wrong
    else
      # Nix takes it for a path that it cannot import.
      abort wrong;

  normal =
    file: key: m:
    let
      isLong = m ? config || m ? options;
      stray = removeAttrs m (
        syntax
        ++ [
          "config"
          "meta"
          "options"
        ]
      );
      freeform = if m ? freeformType then [ { _module.freeformType = m.freeformType; } ] else [ ];
      config =
        if isLong then
          [ (m.config or { }) ] ++ (if m ? meta then [ { inherit (m) meta; } ] else [ ])
        else
          [ (removeAttrs m syntax) ];
    in
    if isLong && stray != { } then
      throw "Module `${key}' has an unsupported attribute `${head (attrNames stray)}'. With `config' or `options' at its top, everything that is set belongs into `config'."
    else
      {
        key = if m ? key then toString m.key else key;
        file = toString (m._file or file);
        class = m._class or null;
        imports = m.require or [ ] ++ m.imports or [ ];
        disabled = m.disabledModules or [ ];
        options = m.options or { };
        configs = config ++ freeform;
      };

  # Arguments are looked up late, so that a module may take one that another module defines.
  callModule =
    key: f: arguments:
    let
      late = mapAttrs (
        name: _:
        builtins.addErrorContext "while evaluating the module argument `${name}' in \"${key}\":" (
          arguments.${name} or arguments.config._module.args.${name}
        )
      ) (lib.functionArgs f);
    in
    f (arguments // late);

  # All modules that are imported, each key once, without the disabled ones and what only these import.
  collect =
    arguments: class: modulesPath: initial:
    let
      tree =
        file: key: modules:
        numbered (
          n: given:
          let
            module = readModule arguments file "${key}:anon-${toString n}" given;
            children = tree module.file module.key module.imports;
          in
          {
            inherit (module) key;
            inherit module children;
            disabled = map (disabledKey module.file) module.disabled ++ concatMap (child: child.disabled) children;
          }
        ) modules;
      disabledKey =
        file: x:
        if isString x && builtins.substring 0 1 x != "/" then
          "${toString modulesPath}/${x}"
        else if lib.strings.isConvertibleWithToString x then
          if x ? key && x.key != toString x then
            throw "`disabledModules' in ${file} holds a set that is a text and has another `key'."
          else
            toString x
        else if x ? key then
          x.key
        else
          throw "`disabledModules' in ${file} holds what is no path, no text and no set with a `key'.";
      top = tree "<unknown-file>" "" initial;
      disabled = concatMap (found: found.disabled) top;
      enabled = filter (found: !(elem found.key disabled));
      checked =
        found:
        if class == null || found.module.class == null || found.module.class == class then
          found.module
        else
          throw "The module ${found.module.file} was written for ${short found.module.class}, and cannot be imported into `${class}'.";
    in
    map checked (genericClosure {
      startSet = enabled top;
      operator = found: enabled found.children;
    });

  # ---- properties

  # A set of definitions under mkIf and the like, as sets whose attributes have these properties.
  pushDown =
    config:
    if kindOf config == "merge" then
      concatMap pushDown config.contents
    else if kindOf config == "if" then
      map (mapAttrs (_: lib.mkIf config.condition)) (pushDown config.content)
    else if kindOf config == "override" then
      map (mapAttrs (_: lib.mkOverride config.priority)) (pushDown config.content)
    else
      [ config ];

  # What holds of a value under mkIf and mkMerge.
  discharge =
    x:
    if kindOf x == "merge" then
      concatMap discharge x.contents
    else if kindOf x == "if" then
      if !isBool x.condition then
        throw "`mkIf' called with a condition that is no Boolean"
      else if x.condition then
        discharge x.content
      else
        [ ]
    else
      [ x ];

  priority = x: if kindOf x == "override" then x.priority else lib.modules.defaultOverridePriority;

  strongest =
    definitions:
    let
      best = foldl' (least: d: if priority d.value < least then priority d.value else least) 9999 definitions;
      bare = d: if kindOf d.value == "override" then d // { value = d.value.content; } else d;
    in
    {
      inherit best;
      values = concatMap (d: if priority d.value == best then [ (bare d) ] else [ ]) definitions;
    };

  inOrder =
    definitions:
    let
      rank = d: if kindOf d.value == "order" then d.value.priority else lib.modules.defaultOrderPriority;
      bare = d: if kindOf d.value == "order" then d // { value = d.value.content; inherit (d.value) priority; } else d;
    in
    map bare (sort (a: b: rank a < rank b) definitions);

  mergeDefinitions =
    loc: type: definitions:
    let
      discharged = concatMap (
        d: map (value: if kindOf value == "definition" then removeAttrs value [ "_type" ] else d // { inherit value; }) (discharge d.value)
      ) definitions;
      winning = strongest discharged;
      final = inOrder winning.values;
      wrong = filter (d: !(type.check d.value)) final;
    in
    rec {
      defsFinal = final;
      defsFinal' = {
        values = final;
        highestPrio = winning.best;
      };
      isDefined = final != [ ];
      mergedValue =
        if !isDefined then
          throw "The option `${showOption loc}' was accessed but has no value defined. Try setting the option."
        else if wrong != [ ] then
          throw "A definition for option `${showOption loc}' is not of type `${type.description}'. Definition values:\n${definitionsText wrong}"
        else
          builtins.addErrorContext "while merging the option `${showOption loc}'" (type.merge loc final);
      optionalValue = if isDefined then { value = mergedValue; } else { };
    };

  # ---- options

  evalOptionValue =
    loc: option: definitions:
    let
      default =
        if option ? default then
          [
            {
              file = head option.declarations;
              value = lib.mkOptionDefault option.default;
            }
          ]
        else
          [ ];
      all' = default ++ definitions;
      merged =
        if option.readOnly or false && length all' > 1 then
          throw "The option `${showOption loc}' is read-only, but it's set multiple times. Definition values:\n${definitionsText all'}"
        else
          mergeDefinitions loc option.type all';
    in
    option
    // {
      inherit loc;
      value = if option ? apply then option.apply merged.mergedValue else merged.mergedValue;
      inherit (merged) isDefined;
      inherit (merged.defsFinal') highestPrio;
      definitions = values merged.defsFinal;
      definitionsWithLocations = map (d: { inherit (d) file value; }) merged.defsFinal;
      files = map (d: d.file) merged.defsFinal;
      __toString = _: showOption loc;
    };

  # One option out of several declarations { file, options }.
  declare =
    loc: declarations:
    let
      clash =
        known: option: name:
        known ? ${name} && option ? ${name};
      add =
        known: declaration:
        let
          option = declaration.options;
          twice = any (clash known option) [
            "default"
            "example"
            "description"
            "apply"
          ];
          type = if clash known option "type" then joinTypes known.type option.type else known.type or option.type or null;
        in
        if twice || (clash known option "type" && type == null) then
          throw "The option `${showOption loc}' in `${declaration.file}' is already declared in ${lib.showFiles known.declarations}."
        else
          known
          // option
          // {
            declarations = known.declarations ++ [ declaration.file ];
          }
          // (if type == null then { } else { inherit type; });
      whole = foldl' add {
        _type = "option";
        declarations = [ ];
        options = [ ];
      } declarations;
    in
    { type = types.unspecified; } // whole;

  mergeModules =
    prefix: modules:
    mergeTrees prefix (map (m: { inherit (m) file options; }) modules) (
      concatMap (m: map (config: { inherit (m) file; inherit config; }) (concatMap pushDown m.configs)) modules
    );

  mergeTrees =
    prefix: declarations: configs:
    let
      declared = zipAttrsWith (_: found: found) (
        map (
          d:
          mapAttrs (_: options: {
            inherit (d) file;
            inherit options;
          }) (
            if isAttrs d.options then
              d.options
            else
              throw "`options.${showOption prefix}' in ${d.file} must be a set of options, not ${short d.options}."
          )
        ) declarations
      );
      raw = zipAttrsWith (_: found: found) (
        map (
          c:
          if isAttrs c.config then
            mapAttrs (name: value: {
              inherit (c) file;
              inherit value;
              at = builtins.unsafeGetAttrPos name c.config;
            }) c.config
          else
            throw "`${if prefix == [ ] then "config" else showOption prefix}' in ${c.file} must be a set of options, not ${short c.config}."
        ) configs
      );
      results = mapAttrs (
        name: found:
        let
          loc = prefix ++ [ name ];
          options = filter (d: kindOf d.options == "option") found;
          trees = filter (d: kindOf d.options != "option") found;
          leaf = decls: {
            matched = evalOptionValue loc (declare loc decls) (raw.${name} or [ ]);
            unmatched = [ ];
          };
        in
        if trees == [ ] then
          leaf options
        else if options == [ ] then
          mergeTrees loc found (
            concatMap (d: map (config: { inherit (d) file; inherit config; }) (pushDown d.value)) (raw.${name} or [ ])
          )
        else if all (d: (d.options.type.name or null) == "submodule") options then
          leaf (options ++ map (d: d // { options = submoduleOf d; }) trees)
        else
          throw "The option `${showOption loc}' in `${(head options).file}' is a prefix of options in `${(head trees).file}'."
      ) declared;
      submoduleOf = d: {
        _type = "option";
        type = types.submoduleWith {
          modules = [
            {
              _file = d.file;
              inherit (d) options;
            }
          ];
          shorthandOnlyDefinesConfig = null;
        };
      };
      matched = mapAttrs (_: result: result.matched) results;
      unmatched = mapAttrs (_: result: result.unmatched) results // removeAttrs raw (attrNames declared);
    in
    {
      inherit matched;
      unmatched = concatLists (
        attrValues (mapAttrs (name: map (d: d // { prefix = [ name ] ++ d.prefix or [ ]; })) unmatched)
      );
    };

  # ---- the whole

  evalModules =
    {
      modules,
      prefix ? [ ],
      specialArgs ? { },
      args ? { },
      check ? true,
      class ? null,
    }:
    let
      internal = {
        _file = "<clanback>/evalModules";
        key = "<clanback>/evalModules";
        options._module = {
          args = lib.mkOption { type = types.lazyAttrsOf types.raw; };
          check = lib.mkOption {
            type = types.bool;
            default = check;
          };
          freeformType = lib.mkOption {
            type = types.nullOr types.optionType;
            default = null;
          };
          specialArgs = lib.mkOption {
            type = types.raw;
            default = specialArgs;
          };
        };
        config._module.args = args // {
          inherit extendModules;
          moduleType = type;
        };
      };
      arguments = {
        inherit
          lib
          options
          config
          specialArgs
          ;
        _class = class;
        _prefix = prefix;
      }
      // specialArgs;
      collected = collect arguments class (specialArgs.modulesPath or "") (modules ++ [ internal ]);
      merged = mergeModules prefix (reversed collected);
      options = merged.matched;
      declared = lib.mapAttrsRecursiveCond (x: kindOf x != "option") (_: option: option.value) options;
      freeform = declared._module.freeformType;
      free =
        if merged.unmatched == [ ] then
          { }
        else
          freeform.merge prefix (
            map (d: {
              inherit (d) file;
              value = lib.setAttrByPath d.prefix d.value;
            }) merged.unmatched
          );
      config = if freeform == null then declared else recursiveUpdate free declared;
      stray = head merged.unmatched;
      verdict =
        if declared._module.check && freeform == null && merged.unmatched != [ ] then
          throw "The option `${showOption (prefix ++ stray.prefix)}' does not exist. Definition values:\n${written stray}"
        else
          null;
      type = types.submoduleWith { inherit modules specialArgs class; };
      extendModules =
        {
          modules ? [ ],
          specialArgs ? { },
          prefix ? [ ],
        }@more:
        evalModules {
          modules = given.modules ++ modules;
          specialArgs = given.specialArgs // specialArgs;
          prefix = if more ? prefix then prefix else given.prefix;
          inherit args check class;
        };
      given = { inherit modules specialArgs prefix; };
    in
    {
      _type = "configuration";
      options = seq verdict options;
      config = seq verdict (removeAttrs config [ "_module" ]);
      _module = seq verdict config._module;
      inherit class extendModules type;
    };

  # ---- merging by type

  equal =
    loc: definitions:
    let
      first = head definitions;
    in
    if all (d: d.value == first.value) (tail definitions) then
      first.value
    else
      throw "The option `${showOption loc}' has conflicting definition values:\n${definitionsText definitions}\nUse `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.";

  once =
    message: merge: loc: definitions:
    if length definitions == 1 then
      merge loc definitions
    else
      throw "The option `${showOption loc}' is defined multiple times while it's expected to be unique.${
        if message == "" then "" else "\n${message}"
      } Definition values:\n${definitionsText definitions}";
  single = once "" (_: definitions: (head definitions).value);

  byShape =
    loc: definitions:
    let
      list = values definitions;
    in
    if length list == 1 then
      head list
    else if all isFunction list then
      x: byShape loc (map (d: d // { value = d.value x; }) definitions)
    else if all isList list then
      concatLists list
    else if all isAttrs list then
      foldl' (a: b: a // b) { } list
    else if all isBool list then
      any (x: x) list
    else if all isString list then
      concatStringsSep "" list
    else if all isInt list && all (x: x == head list) list then
      head list
    else
      throw "Cannot merge definitions of `${showOption loc}'. Definition values:\n${definitionsText definitions}";

  elementsOf =
    lazy: element: loc: definitions:
    let
      zipped = zipAttrsWith (name: found: mergeDefinitions (loc ++ [ name ]) element found) (
        map (
          d:
          mapAttrs (name: value: {
            inherit (d) file;
            inherit value;
            at = builtins.unsafeGetAttrPos name d.value;
          }) d.value
        ) definitions
      );
    in
    if lazy then
      mapAttrs (_: merged: merged.optionalValue.value or element.emptyValue.value or merged.mergedValue) zipped
    else
      mapAttrs (_: merged: merged.mergedValue) (lib.filterAttrs (_: merged: merged.isDefined) zipped);

  anything =
    loc: definitions:
    let
      shape = x: if isAttrs x && (x ? outPath || x ? __toString) then "text" else typeOf x;
      first = shape (head definitions).value;
      same = all (d: shape d.value == first) definitions;
    in
    if !same then
      throw "The option `${showOption loc}' has conflicting option types in ${lib.showFiles (map (d: d.file) definitions)}"
    else if first == "set" then
      elementsOf false types.anything loc definitions
    else if first == "text" then
      single loc definitions
    else if first == "lambda" then
      x: anything (loc ++ [ "<function body>" ]) (map (d: d // { value = d.value x; }) definitions)
    else
      equal loc definitions;

  listOf =
    element: loc: definitions:
    concatLists (
      concatLists (
        numbered (
          n: d:
          numbered (
            m: value:
            let
              merged =
                mergeDefinitions (loc ++ [ "[definition ${toString n}-entry ${toString m}]" ]) element
                  [ (d // { inherit value; }) ];
            in
            if merged.isDefined then [ merged.mergedValue ] else [ ]
          ) d.value
        ) definitions
      )
    );

  submodule =
    type: loc: definitions:
    let
      # What mkOrder leaves in a definition is more than nixpkgs' submodules expect; they fail, and so must we.
      asModule =
        d:
        if d ? priority then
          abort "The option `${showOption loc}' is a submodule: mkBefore, mkAfter and mkOrder do not work around a definition of it."
        else if isAttrs d.value && type.shorthandOnlyDefinesConfig == true then
          {
            _file = d.file;
            config = d.value;
          }
        else
          lib.setDefaultModuleLocation d.file d.value;
      named = {
        _file = "<clanback>/submodule";
        key = "<clanback>/submodule";
        config._module.args.name = lib.mkOptionDefault (last loc);
      };
    in
    (evalModules {
      modules = type.modules ++ [ named ] ++ map asModule definitions;
      inherit (type) specialArgs class;
      prefix = loc;
    }).config;

  # What a submodule is called: as its freeform type.
  submoduleDescription =
    type:
    let
      base = evalModules {
        modules = type.modules ++ [
          {
            _module.args.name = lib.mkOptionDefault "‹name›";
            _module.check = lib.mkForce false;
          }
        ];
        inherit (type) specialArgs class;
      };
    in
    base._module.freeformType.description or "submodule";

  element = type: type.nestedTypes.elemType;

  byName = {
    raw = _: single;
    unspecified = _: byShape;
    anything = _: anything;
    package = _: single;
    pkgs = _: single;
    boolByOr = _: _: definitions: any (d: d.value) definitions;
    singleLineStr = _: loc: definitions: lib.removeSuffix "\n" (equal loc definitions);
    fileset = _: _: definitions: lib.fileset.unions (values definitions);
    # Types are joined as those of several declarations of one option.
    optionType =
      _: loc: definitions:
      if length definitions == 1 then
        (head definitions).value
      else
        (declare loc (map (d: { inherit (d) file; options = lib.mkOption { type = d.value; }; }) definitions)).type;
    separatedString = type: _: definitions: concatStringsSep type.separator (values definitions);
    attrs = _: _: definitions: foldl' (a: d: a // d.value) { } definitions;
    listOf = type: listOf (element type);
    attrsOf = type: elementsOf false (element type);
    lazyAttrsOf = type: elementsOf true (element type);
    unique = type: once type.message (element type).merge;
    nullOr =
      type: loc: definitions:
      let
        given = filter (d: d.value != null) definitions;
      in
      if given == [ ] then
        null
      else if length given == length definitions then
        (element type).merge loc definitions
      else
        throw "The option `${showOption loc}' is defined both null and not null, in ${
          lib.showFiles (map (d: d.file) definitions)
        }.";
    either =
      type: loc: definitions:
      let
        inherit (type.nestedTypes) left right;
      in
      if !(type.nestedTypes ? left) then
        equal loc definitions
      else if all (d: left.check d.value) definitions then
        left.merge loc definitions
      else if all (d: right.check d.value) definitions then
        right.merge loc definitions
      else
        single loc definitions;
    coercedTo =
      type: loc: definitions:
      let
        inherit (type.nestedTypes) coercedType finalType;
        coerced = d: if coercedType.check d.value then d // { value = type.coerceFunc d.value; } else d;
      in
      finalType.merge loc (map coerced definitions);
    functionTo =
      type: loc: definitions: {
        __functionArgs = foldl' (a: d: a // lib.functionArgs d.value) { } definitions;
        __functor =
          _: given:
          (mergeDefinitions (loc ++ [ "<function body>" ]) (element type) (
            map (d: d // { value = d.value given; }) definitions
          )).mergedValue;
      };
    inherit submodule;
    deferredModule = type: loc: definitions: {
      imports =
        type.staticModules
        ++ map (d: lib.setDefaultModuleLocation "${d.file}, via option ${showOption loc}" d.value) definitions;
    };
  };

  mergeByType = type: (byName.${type.name} or (_: equal)) type;

  # What two declarations of one option say together; null if they contradict each other. The functor of a type tells: a type
  # that only checks more than another has that one's, so that joining two gives the other one.
  joinTypes =
    a: b:
    let
      kind = a.functor.name;
      inner = joinTypes (element a) (element b);
      left = joinTypes a.nestedTypes.left b.nestedTypes.left;
      right = joinTypes a.nestedTypes.right b.nestedTypes.right;
      wrapped = make: if inner == null then null else make inner;
      agreed =
        name:
        if a.${name} == null then
          b.${name}
        else if b.${name} == null || a.${name} == b.${name} then
          a.${name}
        else
          throw "A submoduleWith option is declared multiple times with conflicting ${name} values";
      both = attrNames (builtins.intersectAttrs a.specialArgs b.specialArgs);
      joined = {
        submodule = types.submoduleWith {
          modules = a.modules ++ b.modules;
          specialArgs =
            if both == [ ] then
              a.specialArgs // b.specialArgs
            else
              throw "A submoduleWith option is declared multiple times with the same specialArgs \"${toString both}\"";
          class = agreed "class";
          description = agreed "ownDescription";
          shorthandOnlyDefinesConfig = agreed "shorthandOnlyDefinesConfig";
        };
        enum = types.enum (lib.unique (a.functor.payload.values ++ b.functor.payload.values));
        separatedString = if a.separator == b.separator then types.separatedString a.separator else null;
        strMatching =
          if a.functor.payload == b.functor.payload then types.strMatching a.functor.payload.pattern else null;
        path = if a.functor == b.functor then a else null;
        deferredModule = types.deferredModuleWith { staticModules = a.staticModules ++ b.staticModules; };
        listOf = wrapped types.listOf;
        attrsOf = wrapped types.attrsOf;
        lazyAttrsOf = wrapped types.lazyAttrsOf;
        nullOr = wrapped types.nullOr;
        functionTo = wrapped types.functionTo;
        unique = wrapped (types.unique { inherit (a) message; });
        either = if left == null || right == null then null else types.either left right;
        coercedTo = null;
      };
    in
    if kind != b.functor.name then
      null
    else if joined ? ${kind} then
      joined.${kind}
    else if elem kind simple then
      types.${kind}
    else
      null;

  # Types that take no arguments.
  simple = [
    "anything"
    "attrs"
    "bool"
    "boolByOr"
    "fileset"
    "float"
    "int"
    "nonEmptyStr"
    "optionType"
    "package"
    "pathInStore"
    "pkgs"
    "raw"
    "singleLineStr"
    "str"
    "unspecified"
  ];

  # ---- modules that pass options on

  pathText = showOption;
  optionAt = path: option: lib.setAttrByPath path option;

  renamed =
    {
      from,
      to,
      visible,
      warn,
      use,
      withPriority ? true,
      condition ? true,
    }:
    { config, options, ... }:
    let
      target = lib.attrByPath to { } options;
      source = lib.getAttrFromPath from options;
      texts = lib.optional (
        warn && source.isDefined
      ) "The option `${pathText from}' defined in ${lib.showFiles source.files} has been renamed to `${pathText to}'.";
    in
    {
      options = optionAt from (
        lib.mkOption {
          inherit visible;
          description = "Alias of {option}`${pathText to}`.";
          apply = _: use (lib.attrByPath to (abort "Renaming error: option `${pathText to}' does not exist.") config);
          type = target.type or (types.submodule { });
        }
      );
      config = lib.mkIf condition (
        lib.mkMerge [
          (lib.optionalAttrs (options ? warnings) { warnings = texts; })
          ((if withPriority then aliasWithPriority else alias) (optionAt to) source)
        ]
      );
    };

  # What is written for old options, put together for a new one.
  changed =
    from: to: change:
    { config, options, ... }:
    let
      nothing = "_mkMergedOptionModule";
      isSet = path: lib.getAttrFromPath path config != nothing;
      found = filter isSet from;
      text =
        path:
        "The option `${pathText path}' defined in ${lib.showFiles (lib.getAttrFromPath path options).files} has been changed to `${pathText to}' that has a different type. Please read `${pathText to}' documentation and update your configuration accordingly.";
      declared = lib.mkOption {
        visible = false;
        default = nothing;
      };
    in
    {
      options = foldl' recursiveUpdate { } (map (path: optionAt path declared) from);
      config = {
        warnings = map text found;
      }
      // optionAt to (lib.mkMerge (lib.optional (found != [ ]) (change config)));
    };

  ifDefined = option: lib.mkIf (kindOf option == "option" && option.isDefined);
  alias = wrap: option: ifDefined option (wrap (lib.mkMerge option.definitions));
  aliasWithPriority =
    wrap: option:
    ifDefined option (
      wrap (lib.mkMerge (map (lib.mkOverride (option.highestPrio or lib.modules.defaultOverridePriority)) option.definitions))
    );

  aliasModule =
    from: to:
    renamed {
      inherit from to;
      visible = true;
      warn = false;
      use = x: x;
    };
  renamedModule =
    from: to:
    renamed {
      inherit from to;
      visible = false;
      warn = true;
      use = lib.warn "Obsolete option `${pathText from}' is used. It was renamed to `${pathText to}'.";
    };
in
{
  inherit evalModules mergeDefinitions evalOptionValue;
  inherit mergeByType;
  mergeDefaultOption = byShape;
  mergeOptionDecls = loc: declarations: declare loc (map (d: d // { file = d._file; }) declarations);
  inherit submoduleDescription;
  dischargeProperties = discharge;
  pushDownProperties = pushDown;
  filterOverrides = definitions: (strongest definitions).values;
  sortProperties = inOrder;
  showDefs = definitions: concatStringsSep "" (map (d: "\n${written d}") definitions);
  doRename = renamed;
  mkAliasDefinitions = alias (x: x);
  mkAliasAndWrapDefinitions = alias;
  mkAliasIfDef = ifDefined;
  mkAliasAndWrapDefsWithPriority = aliasWithPriority;
  mkDerivedConfig = option: f: lib.mkOverride (option.highestPrio or lib.modules.defaultOverridePriority) (f option.value);
  mkAliasOptionModule = aliasModule;
  mkAliasOptionModuleMD = aliasModule;
  mkRenamedOptionModule = renamedModule;
  mkRenamedOptionModuleWith =
    {
      from,
      to,
      sinceRelease,
    }:
    renamedModule from to;
  mkRemovedOptionModule =
    name: instructions:
    { options, ... }:
    let
      gone = "The option `${pathText name}' can no longer be used since it's been removed. ${instructions}";
      option = lib.getAttrFromPath name options;
    in
    {
      options = optionAt name (
        lib.mkOption {
          visible = false;
          apply = _: throw gone;
        }
      );
      config.assertions = [
        {
          assertion = !option.isDefined;
          message = "The option definition `${pathText name}' in ${lib.showFiles option.files} no longer has any effect; please remove it.\n${instructions}";
        }
      ];
    };
  mkChangedOptionModule = from: changed [ from ];
  mkMergedOptionModule = changed;
}
