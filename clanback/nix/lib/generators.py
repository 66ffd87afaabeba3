"""`lib.generators`: values as configuration files."""

from __future__ import annotations

from clanback.nix.lib.family import Family

FAMILY = Family("generators")
nix = FAMILY.nix

nix(
    "mkValueStringDefault",
    """
    { }: v:
      if builtins.isInt v then toString v
      else if lib.isDerivation v then toString v
      else if builtins.isString v then v
      else if v == true then "true"
      else if v == false then "false"
      else if v == null then "null"
      else if builtins.isFloat v then lib.strings.floatToString v
      else abort "generators.mkValueStringDefault: ${builtins.typeOf v} not supported"
    """,
)
nix(
    "mkKeyValueDefault",
    """
    { mkValueString ? lib.generators.mkValueStringDefault { } }: sep: k: v: "${lib.escape [ sep ] k}${sep}${mkValueString v}"
    """,
)
nix(
    "toKeyValue",
    """
    { mkKeyValue ? lib.generators.mkKeyValueDefault { } "=", listsAsDuplicateKeys ? false, indent ? "" }: attrs: let
      line = k: v: indent + mkKeyValue k v + "\\n";
      lines = k: v: if listsAsDuplicateKeys then map (line k) (if builtins.isList v then v else [ v ]) else [ (line k v) ];
    in lib.concatStrings (builtins.concatLists (lib.mapAttrsToList lines attrs))
    """,
)
nix(
    "toINI",
    """
    {
      mkSectionName ? name: lib.escape [ "[" "]" ] name,
      mkKeyValue ? lib.generators.mkKeyValueDefault { } "=",
      listsAsDuplicateKeys ? false
    }: sections: lib.concatStringsSep "\\n" (lib.mapAttrsToList
      (name: values: "[${mkSectionName name}]\\n" + lib.generators.toKeyValue { inherit mkKeyValue listsAsDuplicateKeys; } values)
      sections)
    """,
)
nix(
    "toINIWithGlobalSection",
    """
    {
      mkSectionName ? name: lib.escape [ "[" "]" ] name,
      mkKeyValue ? lib.generators.mkKeyValueDefault { } "=",
      listsAsDuplicateKeys ? false
    }: { globalSection, sections ? { } }:
      (if globalSection == { } then ""
        else lib.generators.toKeyValue { inherit mkKeyValue listsAsDuplicateKeys; } globalSection + "\\n")
      + lib.generators.toINI { inherit mkSectionName mkKeyValue listsAsDuplicateKeys; } sections
    """,
)
nix(
    "toGitINI",
    """
    attrs: let
      sectionName = name: let
        parts = lib.splitString "." name;
        section = builtins.head parts;
        subsections = builtins.tail parts;
        subsection = lib.concatStringsSep "." subsections;
      in if subsections == [ ] || lib.hasInfix "\\"" name then name else "${section} \\"${subsection}\\"";
      valueString = v: let
        escaped = ''"${builtins.replaceStrings [ "\\n" "\\t" "\\"" "\\\\" ] [ "\\\\n" "\\\\t" "\\\\\\"" "\\\\\\\\" ] v}"'';
      in lib.generators.mkValueStringDefault { } (if builtins.isString v then escaped else v);
      keyValue = k: v: let line = x: "\\t" + lib.generators.mkKeyValueDefault { mkValueString = valueString; } " = " k x; in
        lib.concatStringsSep "\\n" (map line (lib.toList v));
      flat = let
        go = path: v:
          if builtins.isAttrs v && !lib.isDerivation v
            then lib.concatMap (name: go ([ name ] ++ path) v.${name}) (builtins.attrNames v)
          else if builtins.length path > 1
            then [ {
              section = lib.concatStringsSep "." (lib.reverseList (builtins.tail path));
              key = builtins.head path;
              value = v;
            } ]
          else abort "generators.toGitINI: a value must lie in a section and have a name";
      in lib.mapAttrs (_: xs: builtins.listToAttrs (map (x: { name = x.key; inherit (x) value; }) xs))
        (builtins.groupBy (x: x.section) (go [ ] attrs));
    in lib.generators.toINI { mkKeyValue = keyValue; mkSectionName = sectionName; } flat
    """,
)
nix("toJSON", "{ }: builtins.toJSON")
nix("toYAML", "{ }: builtins.toJSON")
nix("mkLuaInline", 'expr: { _type = "lua-inline"; inherit expr; }')
nix(
    "toPretty",
    """
    { allowPrettyValues ? false, multiline ? true, indent ? "" }: let
      go = indent: v: let
        step = if multiline then "\\n${indent}  " else " ";
        out = if multiline then "\\n${indent}" else " ";
      in if builtins.isInt v then toString v
        else if builtins.isFloat v then builtins.toJSON v
        else if builtins.isString v then let
          lines = builtins.filter (x: !builtins.isList x) (builtins.split "\\n" v);
          plain = "\\"" + lib.concatStringsSep "\\\\n" (map (lib.escape [ "\\\\" "\\"" "\\${" ]) lines) + "\\"";
          blockLines = map (builtins.replaceStrings [ "\\${" "''" ] [ "''\\${" "'''" ]) lines;
          block = "''" + step + lib.concatStringsSep step (lib.init blockLines)
            + (if lib.last blockLines == "" then out else step + lib.last blockLines) + "''";
        in if multiline && builtins.length lines > 1 then block else plain
        else if v == true then "true"
        else if v == false then "false"
        else if v == null then "null"
        else if builtins.isPath v then toString v
        else if builtins.isList v then
          if v == [ ] then "[ ]" else "[" + step + lib.concatMapStringsSep step (go (indent + "  ")) v + out + "]"
        else if lib.isFunction v then let
          args = lib.functionArgs v;
          shown = lib.concatStringsSep ", " (lib.mapAttrsToList (n: hasDefault: if hasDefault then n + "?" else n) args);
        in if args == { } then "<function>" else "<function, args: {${shown}}>"
        else if v ? __pretty && v ? val && allowPrettyValues then v.__pretty v.val
        else if v == { } then "{ }"
        else if v ? type && v.type == "derivation" then "<derivation ${v.name or "???"}>"
        else "{" + step + lib.concatStringsSep step (lib.mapAttrsToList
          (name: value: "${lib.strings.escapeNixIdentifier name} = ${go (indent + "  ") value};") v) + out + "}";
    in go indent
    """,
)
nix(
    "toLua",
    """
    { multiline ? true, indent ? "", asBindings ? false }: let
      bindings = asBindings;
      go = indent: v: let
        inner = indent + "  ";
        sep = if multiline then ",\\n${inner}" else ", ";
        open = if multiline then "{\\n${inner}" else "{ ";
        close = if multiline then "\\n${indent}}" else " }";
        list = items: if items == [ ] then "{}" else open + lib.concatStringsSep sep items + close;
      in if v == null then "nil"
        else if builtins.isInt v || builtins.isFloat v || builtins.isString v || builtins.isBool v then builtins.toJSON v
        else if builtins.isPath v || lib.isDerivation v then builtins.toJSON "${v}"
        else if builtins.isList v then list (map (go inner) v)
        else if lib.isType "lua-inline" v then "(${v.expr})"
        else list (lib.mapAttrsToList (name: value: "[${builtins.toJSON name}] = ${go inner value}") v);
      wrong = builtins.filter
        (name: builtins.match "[[:alpha:]_][[:alnum:]_]*(\\\\.[[:alpha:]_][[:alnum:]_]*)*" name == null);
    in v: if bindings
      then assert lib.assertMsg (wrong (builtins.attrNames v) == [ ])
        "Bad Lua var names: ${toString (wrong (builtins.attrNames v))}";
        lib.concatStrings (lib.mapAttrsToList (name: value: "${indent}${name} = ${go indent value}\\n") v)
      else go indent v
    """,
)
nix(
    "withRecursion",
    """
    { depthLimit, throwOnDepthLimit ? true }: assert builtins.isInt depthLimit; let
      special = [ "__functor" "__functionArgs" "__toString" "__pretty" ];
      limited = depth: v:
        if depth <= depthLimit then v
        else if throwOnDepthLimit then throw "Exceeded maximum eval-depth limit of ${toString depthLimit}"
        else "<unevaluated>";
      inside = depth: v: go (depth + 1) (limited (depth + 1) v);
      go = depth: v:
        if builtins.isAttrs v then lib.mapAttrs (name: x: if builtins.elem name special then x else inside depth x) v
        else if builtins.isList v then map (inside depth) v
        else limited (depth + 1) v;
    in go 0
    """,
)
nix("mkDconfKeyValue", 'k: v: "${k}=${toString (lib.gvariant.mkValue v)}"')
