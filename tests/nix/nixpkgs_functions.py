"""What the functions of nixpkgs' `lib` are called with when ours are compared with nixpkgs' own: a word for each argument.

`ARGUMENTS` says what the words mean, as strategies of Hypothesis that make Nix text. Now and then an argument is of another
kind, or fails when it is looked at: whether a function looks is part of what it does.
"""

# ruff: noqa: E501 -- a table is read best with a line for each family
from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

FUNCTIONS: dict[str, str] = {
    "trivial": """
        id:x const:x,x pipe:x,lf1 concat:lx,lx or:b,b and:b,b xor:b,b bitNot:i boolToString:b mergeAttrs:set,set flip:f2,x,x
        defaultTo:x,x mapNullable:f1,nx min:n,n max:n,n mod:i,i compare:n,n splitByAndCompare:p1,f2,f2,x,x isFunction:fx
        toFunction:fx,x toHexString:nat fromHexString:hex toBaseDigits:base,nat functionArgs:ff setFunctionArgs:f1,sb,x
        mirrorFunctionArgs:ff,f1,x throwIf:b,s,x throwIfNot:b,s,x warnIf:b,s,x warnIfNot:b,s,x warn:s,x info:s,x showWarnings:ls,x
        checkListOfEnum:s,lx,lx,x bitAnd:i,i bitOr:i,i bitXor:i,i add:n,n sub:n,n lessThan:n,n isFloat:x isInt:x isBool:x seq:x,x
        deepSeq:x,x genericClosure:closure""",
    "fixedPoints": """
        fix:fself fix':fself converge:fhalf,i extends:fover,fself,set composeExtensions:fover,fover,set,set
        composeManyExtensions:lfover,set,set toExtension:fext,set,set makeExtensible:fself
        makeExtensibleWithCustomName:nm,fself""",
    "attrsets": """
        attrByPath:path,x,deep hasAttrByPath:path,deep longestValidPathPrefix:path,deep setAttrByPath:path,x
        getAttrFromPath:path,deep attrVals:lnm,set attrsToList:set cartesianProduct:setlx mapCartesianProduct:f1,setlx collect:p1,deep
        concatMapAttrs:fnset,set filterAttrs:pn,set filterAttrsRecursive:pn,deepset foldAttrs:f2,x,lset foldlAttrs:f3,x,set
        genAttrs:lnm,f1 getAttrs:lnm,set mapAttrs':fnamed,set mapAttrs:f2,set mapAttrsRecursive:f2,deepset
        mapAttrsRecursiveCond:pset,f2,deepset mapAttrsToList:f2,set matchAttrs:deep,deep mergeAttrsList:lset nameValuePair:nm,x
        optionalAttrs:b,set overrideExisting:set,set recurseIntoAttrs:set dontRecurseIntoAttrs:set recursiveUpdate:deep,deep
        recursiveUpdateUntil:pu,deep,deep showAttrPath:path unionOfDisjoint:set,set updateManyAttrsByPath:updates,deep
        zipAttrs:lset zipAttrsWith:f2,lset zipAttrsWithNames:lnm,f2,lset isDerivation:drv getOutput:out,drv getBin:drv getLib:drv
        getDev:drv getMan:drv getInclude:drv getStatic:drv getFirstOutput:louts,drv chooseDevOutputs:ldrv attrNames:set attrValues:set
        catAttrs:nm,lset getAttr:nm,set hasAttr:nm,set intersectAttrs:set,set listToAttrs:lpair removeAttrs:set,lnm
        cartesianProductOfSets:setlx zip:f2,lset zipWithNames:lnm,f2,lset""",
    "lists": """
        allUnique:lx commonPrefix:lx,lx count:p1,lx crossLists:f2,llx2 drop:i,lx dropEnd:i,lx take:i,lx takeEnd:i,lx findFirst:p1,x,lx
        findFirstIndex:p1,x,lx findSingle:p1,x,x,lx flatten:nested fold:f2,x,lx foldl:f2,x,lx foldr:f2,x,lx foldl':f2,x,lx
        forEach:lx,f1 groupBy:fkey,lx groupBy':f2,x,fkey,lx hasPrefix:lx,lx removePrefix:lx,lx ifilter0:pi,lx
        imap0:f2,lx imap1:f2,lx init:lx last:lx intersectLists:lx,lx mutuallyExclusive:lx,lx optional:b,x optionals:b,lx range:i,i
        remove:x,lx replicate:i,x reverseList:lx singleton:x sublist:i,i,lx subtractLists:lx,lx toList:x unique:lx
        zipLists:lx,lx zipListsWith:f2,lx,lx compareLists:fcmp,ln,ln naturalSort:ls sortOn:fnum,lx listDfs:b,fless,ln
        toposort:fless,ln all:p1,lx any:p1,lx concatLists:llx concatMap:fl,lx elem:x,lx elemAt:lx,i filter:p1,lx genList:f1,small
        head:lx tail:lx isList:x length:lx map:f1,lx partition:p1,lx sort:fless,ln""",
    "strings": """
        addContextFrom:s,s concatImapStrings:fis,lx concatImapStringsSep:s,fis,lx concatLines:ls concatMapAttrsStringSep:s,fis,set
        concatMapStrings:fs,lx concatMapStringsSep:s,fs,lx concatStrings:ls concatStringsSep:s,ls fixedWidthNumber:w,i
        fixedWidthString:w,c,s hasInfix:s,s hasPrefix:s,s hasSuffix:s,s intersperse:x,lx makeBinPath:ldrv makeIncludePath:ldrv
        makeLibraryPath:ldrv makeSearchPath:s,lpath makeSearchPathOutput:out,s,ldrv optionalString:b,s removePrefix:s,s
        removeSuffix:s,s replaceString:s,s,s replicate:i,s splitString:s,s splitStringBy:p2s,b,s stringAsChars:fs,s
        stringToCharacters:s toCamelCase:words toLower:s toSentenceCase:words toUpper:s trim:white trimWith:trimming,white charToInt:c
        cmakeBool:s,b cmakeFeature:s,s cmakeOptionType:cm,s,s commonPrefixLength:s,s commonSuffixLength:s,s enableFeature:b,s
        enableFeatureAs:b,s,s escape:lc,s escapeC:lc,s escapeNixIdentifier:ident escapeNixString:s escapeRegex:s escapeShellArg:sx
        escapeShellArgs:lsx escapeURL:s escapeXML:s floatToString:f getName:pkg getVersion:pkg isCoercibleToString:sx
        isConvertibleWithToString:nested isStorePath:store isStringLike:sx isValidPosixName:ident levenshtein:s,s
        levenshteinAtMost:i,s,s lowerChars: upperChars: mesonBool:s,b mesonEnable:s,b mesonOption:s,s nameFromURL:url,c
        normalizePath:url replaceChars:lc,lc,s sanitizeDerivationName:s toInt:num toIntBase10:num toShellVar:ident,sx
        toShellVars:setsx versionAtLeast:v,v versionOlder:v,v withFeature:b,s withFeatureAs:b,s,s compareVersions:v,v
        match:re,s split:re,s stringLength:s substring:w,i,s typeOf:x parseDrvName:pkgname replaceStrings:ls,ls,s""",
    "versions": "major:v minor:v patch:v majorMinor:v pad:small,v splitVersion:v",
    "meta": """
        addMetaAttrs:set,pkg dontDistribute:pkg setName:s,pkg updateName:fs,pkg appendToName:s,pkg mapDerivationAttrset:f1,setdrv
        setPrio:i,pkg lowPrio:pkg hiPrio:pkg lowPrioSet:setdrv hiPrioSet:setdrv getExe:exe getExe':exe,s""",
    "asserts": "assertMsg:b,s assertOneOf:s,x,lx checkAssertWarn:lassert,ls,x",
    "debug": "runTests:tests testAllTrue:lb traceIf:b,s,x traceVal:x traceSeq:x,x traceValSeq:x traceValFn:f1,x",
    "kernel": "option:set freeform:x",
    "cli": "toGNUCommandLine:cliopts,cliset toGNUCommandLineShell:cliopts,cliset",
    "generators": """
        mkValueStringDefault:empty,sx mkKeyValueDefault:empty,c,s,sx toKeyValue:kvopts,setsx toINI:iniopts,setsetsx
        toINIWithGlobalSection:iniopts,iniglobal toGitINI:gitset toJSON:empty,json toYAML:empty,json toPretty:prettyopts,pretty
        toLua:luaopts,lua withRecursion:recopts,json mkLuaInline:s mkDconfKeyValue:s,sx""",
    "stringsWithDeps": "noDepEntry:x fullDepEntry:x,lx packEntry:lx stringAfter:lx,x textClosureList:deps,lnames textClosureMap:fs,deps,lnames",
    "options": """
        getFiles:ldefs getValues:ldefs isOption:opt literalExpression:s literalMD:s mkEnableOption:s
        mkSinkUndeclaredOptions:empty showFiles:ls showOption:path mergeDefaultOption:path,ldefs mergeEqualOption:path,ldefs
        mergeOneOption:path,ldefs scrubOptionValue:pretty mkOption:optargs renderOptionValue:pretty""",
    "modules": """
        mkIf:b,x mkMerge:lx mkOverride:i,x mkOrder:i,x mkForce:x mkDefault:x mkBefore:x mkAfter:x mkAssert:b,s,x mkVMOverride:x
        mkImageMediaOverride:x mkOptionDefault:x mkDefinition:defn setDefaultModuleLocation:s,x filterOverrides:lprops
        sortProperties:lprops""",
    "path": "append:abs,rel hasPrefix:abs,abs removePrefix:abs,abs hasStorePathPrefix:abs splitRoot:abs subpath.isValid:rel subpath.join:lrel subpath.normalise:rel subpath.components:rel",
}  # fmt: skip
"""Family → `name:kinds`; functions whose results are functions get their further arguments too."""

EAGER = frozenset(
    (
        "lib.lists.filter",
        "lib.lists.findSingle",
        "lib.lists.sort",
        "lib.lists.sortOn",
        "lib.lists.partition",
        "lib.strings.substring",
    )
)
"""Builtins that in Nix 2.8 look at more of their arguments than in later ones: they get no strange ones."""

NAMES = ("a", "b", "c", "ab", "x-1")


def _of(*texts: str) -> SearchStrategy[str]:
    return st.sampled_from(texts)


def _listed(item: SearchStrategy[str], most: int = 5) -> SearchStrategy[str]:
    return st.lists(item, max_size=most).map(lambda found: f"[ {' '.join(f'({x})' for x in found)} ]")


def _attributes(item: SearchStrategy[str], names: tuple[str, ...] = NAMES, most: int = 4) -> SearchStrategy[str]:
    pairs = st.dictionaries(st.sampled_from(names), item, max_size=most)
    return pairs.map(lambda found: "{ " + " ".join(f'"{name}" = {x};' for name, x in found.items()) + " }")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _string(alphabet: str, most: int = 8) -> SearchStrategy[str]:
    return st.text(st.sampled_from(alphabet), max_size=most).map(_quoted)


_text = _string("aabbcABx 1/._-=:'\"$\\%&<>*[\té~\n{}(", 7)
_int = st.integers(-3, 9).map(lambda n: f"({n})")
_number = _int | _of("1.5", "(-0.5)", "2.0", "1e6")
_scalar = _text | _int | _of("true", "false", "null", "1.5", '"a"', '"b"', "1", "/a/b")
_thrown = '(throw "t")'
_drv = _of(
    '{ type = "derivation"; name = "n-1"; outPath = "/s/n"; }',
    '{ outPath = "/s/p"; dev = { outPath = "/s/p-dev"; }; out = { outPath = "/s/p-out"; }; }',
    '{ outPath = "/s/q"; bin = { outPath = "/s/q-bin"; }; lib = { outPath = "/s/q-lib"; }; man = { outPath = "/s/q-man"; }; }',
    '{ outPath = "/s/r"; include = { outPath = "/s/r-i"; }; static = { outPath = "/s/r-s"; }; outputSpecified = true; }',
    '{ type = "derivation"; outPath = "/s/u"; outputSpecified = false; dev = 1; out = "x"; }',
    '"/s/text"',
)
_any = st.recursive(
    st.one_of(_scalar, _scalar, st.just(_thrown)), lambda inner: _listed(inner, 3) | _attributes(inner, most=3), max_leaves=4
)
_list = _listed(_any)
_set = _attributes(_any)
_deep_set = st.recursive(_scalar, lambda inner: _attributes(inner, ("a", "b", "c"), 3), max_leaves=6)
_pkg = _of(
    '{ name = "hello-1.2.3"; meta = { a = 1; }; }',
    '{ name = "n"; outPath = "/s/n"; type = "derivation"; pname = "p"; version = "7"; meta.mainProgram = "main"; }',
    '"gcc-wrapper-10.2a"',
    '"x"',
    '{ name = "a-b-2-3"; version = "v"; }',
    "{ pname = 5; }",
)
_json = st.recursive(
    _text | _int | _of("true", "null", "1.5", "[ ]", "{ }"),
    lambda inner: _listed(inner, 3) | _attributes(inner, most=3),
    max_leaves=5,
)
_definition = st.builds(lambda x, f: f'{{ value = {x}; file = "{f}"; }}', _any, _of("f1", "f2"))
_property = st.builds(
    lambda wrap, x: f"{{ value = {wrap} ({x}); }}",
    _of("lib.mkForce", "lib.mkDefault", "lib.mkBefore", "lib.mkAfter", "lib.mkOrder 7", "lib.mkOverride 100", "", "lib.mkForce"),
    _int,
)

ARGUMENTS: dict[str, SearchStrategy[str]] = {
    "x": _any,
    "nx": _any | st.just("null"),
    "n": _number,
    "i": _int,
    "small": _of("0", "1", "2", "4"),
    "w": _of("0", "1", "3", "6", "8"),
    "nat": _of("0", "1", "9", "255", "4096", "(-1)", "9223372036854775807"),
    "base": _of("2", "10", "16", "1"),
    "f": _of("1.5", "0.1", "3.0", "(-2.25)", "7", "1e10"),
    "b": _of("true", "false"),
    "s": _text,
    "c": _string("abc é\n/-", 1),
    "cm": _of('"bool"', '"BOOL"', '"string"', '"x"', '"filepath"'),
    "hex": _of('"0x1F"', '"ff"', '"FF"', '"0"', '""', '"0X1"', '"xyz"', '"10"', '"1_0"', '" 1"', '"-1"', "5", '"7fffffffffffffff"'),
    "num": _of('"12"', '" 7 "', '"-3"', '"007"', '"0"', '"-0"', '"1.5"', '""', '"a"', '"+1"', '"99999999999999999999"', '"1 2"', '"\\t4\\n"', '"-05"', '"00"', "3", '"0x1"', '"1e3"', '"null"', '"[ ]"'),
    "v": _string("1203.-ab", 6) | _of('"1.2.3"', '"1.2pre"', '"2"', '"1.0-rc1"', '"1.2.3.4"', '"1.3-rc1-x"'),
    "re": _of('"a*"', '"(a)|b"', '"[^/]*"', '".*"', '"(a)(b)?"', '"\\\\."', '"("'),
    "white": _string(" \t\n\rab", 7),
    "words": _string("abABC _-1", 8) | _of('"hello-world"', '"HTTPServer"', '"already_snake"', '"a b C"', '"éa"'),
    "ident": _string("abZ_1-' .", 5) | _of('"or"', '"if"', '"a"', '"__x"', '"true"', '"1a"', '"x\'"', '"rec"', '"null"', '"inherit"'),
    "url": _of('"http://x/a-b-1.tar.gz"', '"a/b.c"', '"a//b///c"', '"/"', '""', '"x.y.z"', '"git@h:a/b"'),
    "store": _of('"/nix/store/00000000000000000000000000000000-x"', '"/nix/store/x/y"', '"/nix/store"', '"/nix/store/"', "/nix/store/x", "5", '{ outPath = "/nix/store/q"; }', '""', '"nix/store/a"', "[ ]"),
    "pkgname": _of('"nix-0.12pre12876"', '"a"', '"a-b-1-2"', '"-1"', '"a-"'),
    "nm": st.sampled_from(NAMES).map(_quoted),
    "out": _of('"dev"', '"lib"', '"out"', '"doc"'),
    "path": _listed(_of('"a"', '"b"', '"c"', '"a b"', '"*"', '"<name>"', '"1"'), 3),
    "abs": _of("/a", "/a/b", "/.", "/a/b/c", "/nix/store/00000000000000000000000000000000-x/y", "/nix/store", '"/a"', "/a/.."),
    "rel": _of('"a"', '"./a/b"', '"a//b/"', '""', '"."', '".."', '"a/../b"', '"/a"', '"./."', '"a/."', '"b"', "/a", '".a"', '"..b"', '"./"'),
    "lrel": _listed(_of('"a"', '"./a/b"', '"."', '".."', '"b/"'), 3),
    "sx": _scalar | _of("[ ]", '[ "a b" 1 ]', "{ }", '{ outPath = "/o"; }', '{ __toString = _: "t"; }', '{ k = "v w"; }', "[ [ 1 ] null ]"),
    "set": _set,
    "sb": _attributes(_of("true", "false")),
    "deep": _deep_set,
    "deepset": _attributes(_deep_set, ("a", "b", "c"), 3),
    "drv": _drv,
    "ldrv": _listed(_drv | st.just("null"), 3),
    "lpath": _listed(_of('"/a"', "null", '{ outPath = "/o"; }', '""', '"x y"'), 3),
    "louts": _listed(_of('"dev"', '"include"', '"out"', '"static"'), 3),
    "setdrv": _attributes(_drv | _int),
    "pkg": _pkg,
    "exe": _of('{ name = "n-1"; outPath = "/s/n"; meta.mainProgram = "main"; }', '{ name = "n-1"; outPath = "/s/n"; }', '{ name = "x"; bin = { outPath = "/b"; }; outPath = "/o"; pname = "p"; }', '{ outPath = "/o"; }'),
    "lx": _list,
    "ln": _listed(_int),
    "ls": _listed(_text, 4),
    "lb": _listed(_of("true", "false", "1")),
    "lc": _listed(_of('"a"', '"b"', '" "', '"/"', '"."', '"$"', '"\\""'), 4),
    "lsx": _listed(_scalar, 3),
    "lset": _listed(_set, 3),
    "lnm": _listed(st.sampled_from(NAMES).map(_quoted), 3),
    "lpair": _listed(st.builds(lambda n, x: f'{{ name = "{n}"; value = {x}; }}', st.sampled_from(NAMES), _any), 3),
    "llx": _listed(_listed(_any, 2), 3),
    "llx2": st.builds(lambda a, b: f"[ {a} {b} ]", _listed(_any, 3), _listed(_any, 2)),
    "setlx": _attributes(_listed(_any, 2), ("a", "b", "c"), 3),
    "setsx": _attributes(_scalar | _of("[ 1 2 ]", "{ }", '{ k = "v w"; }')),
    "setsetsx": _attributes(_attributes(_scalar | _of("[ 1 2 ]")), ("sec", "a b", "x]y"), 3),
    "iniglobal": st.builds(lambda g, s: f"{{ globalSection = {g}; sections = {s}; }}", _attributes(_scalar), _attributes(_attributes(_scalar), ("sec", "t"), 2)),
    "gitset": _attributes(_attributes(_scalar | _listed(_scalar, 2) | _attributes(_scalar, most=2)), ("core", "url.a", "x \\\"y"), 2),
    "nested": st.recursive(_scalar | st.just(_thrown), lambda inner: _listed(inner, 3), max_leaves=6),
    "json": _json,
    "pretty": st.recursive(_scalar | _of("(x: x)", "({ a, b ? 1 }: a)", "builtins.add", '{ type = "derivation"; drvPath = "/d"; name = "n"; }', '"a\\nb\\${c}"', '"\\n"', "{ __functor = s: x: x; }"), lambda inner: _listed(inner, 3) | _attributes(inner, ("a", "b c", "if", "x.y"), 3), max_leaves=5),
    "lua": st.recursive(_scalar | _of('(lib.mkLuaInline "f()")', '(lib.generators.mkLuaInline "g")'), lambda inner: _listed(inner, 3) | _attributes(inner, ("a", "b c", "end", "x-1"), 3), max_leaves=5),
    "luaopts": _of("{ }", "{ multiline = false; }", '{ indent = "  "; }', "{ asBindings = true; }", "{ asBindings = true; multiline = false; }"),
    "prettyopts": _of("{ }", "{ multiline = false; }", '{ indent = "  "; }', "{ allowPrettyValues = true; }", "{ bogus = 1; }"),
    "recopts": _of("{ depthLimit = 1; }", "{ depthLimit = 2; throwOnDepthLimit = false; }", "{ depthLimit = 0; throwOnDepthLimit = false; }", "{ depthLimit = 9; }"),
    "kvopts": _of("{ }", '{ indent = "  "; }', "{ listsAsDuplicateKeys = true; }", '{ mkKeyValue = k: v: "${k}!"; }', '{ mkKeyValue = lib.generators.mkKeyValueDefault { } ":"; }'),
    "iniopts": _of("{ }", "{ listsAsDuplicateKeys = true; }", '{ mkSectionName = n: "<${n}>"; }', '{ mkKeyValue = lib.generators.mkKeyValueDefault { } " = "; }'),
    "cliopts": _of("{ }", '{ optionValueSeparator = "="; }', '{ mkOptionName = k: "-${k}"; }', '{ mkBool = k: v: [ "--${k}=${lib.boolToString v}" ]; }', '{ mkList = k: v: [ k ]; }'),
    "cliset": _attributes(_of("true", "false", "null", "1", '"v w"', "[ 1 2 ]", '[ "a" true ]', "[ ]", "1.5", "[ null ]", "[ false ]"), ("a", "verbose", "X", "")),
    "empty": st.just("{ }"),
    "trimming": _of("{ start = true; }", "{ end = true; }", "{ start = true; end = true; }", "{ }", "{ start = false; }"),
    "closure": _of("{ startSet = [ { key = 1; } ]; operator = x: if x.key < 4 then [ { key = x.key + 1; } ] else [ ]; }", '{ startSet = [ { key = "a"; } { key = "a"; b = 1; } ]; operator = x: [ ]; }', "{ startSet = [ ]; operator = x: [ ]; }"),
    "updates": _listed(st.builds(lambda p, f: f"{{ path = {p}; update = {f}; }}", _listed(_of('"a"', '"b"', '"c"'), 2), _of("(old: old)", "(old: 1)", "(old: [ old ])", '(old: throw "u")')), 3),
    "deps": st.just('{ a = lib.fullDepEntry "A" [ "b" ]; b = lib.noDepEntry "B"; ab = lib.stringAfter [ "a" "b" ] "AB"; c = "a"; "x-1" = lib.packEntry [ "c" ]; }'),
    "lnames": _listed(_of('"a"', '"b"', '"c"', '"ab"', '"x-1"', '(lib.noDepEntry "now")', '"missing"')),
    "lassert": _listed(_of('{ assertion = true; message = "m"; }', '{ assertion = false; message = "n"; }', '{ assertion = true; message = throw "t"; }'), 3),
    "tests": _of("{ testA = { expr = 1; expected = 1; }; testB = { expr = 1; expected = 2; }; other = 1; }", "{ tests = [ \"testB\" ]; testA = { expr = 1; expected = 2; }; testB = { expr = 3; expected = 4; }; }", "{ }"),
    "ldefs": _listed(_definition, 3),
    "defn": _definition,
    "lprops": _listed(_property),
    "opt": _of("(lib.mkOption { })", '{ _type = "option"; }', "{ }", "1", '{ _type = "if"; }'),
    "optargs": _of("{ }", "{ default = 1; }", "{ bogus = 1; }", "{ type = 1; apply = 2; readOnly = true; example = 3; }"),
    "f1": _of("(x: [ x ])", "(x: x)", "(x: { v = x; })", '(x: throw "f")', "(x: 1)", "builtins.isInt", "(x: x + 1)", "builtins.typeOf"),
    "f2": _of("(a: b: [ a b ])", "(a: b: a)", "(a: b: b)", '(a: b: throw "f")', "(a: b: { inherit a b; })", "(a: b: a + b)", "(a: b: [ b ] ++ a)"),
    "f3": _of("(a: b: c: [ a b c ])", "(a: b: c: a)", "(a: b: c: c)", "(a: b: c: [ a ] ++ [ b ])"),
    "lf1": _listed(_of("(x: [ x ])", "(x: x)", "(x: { v = x; })", "builtins.typeOf"), 3),
    "fx": _of("(x: x)", "builtins.add", "1", "{ __functor = self: x: x; }", "{ __functor = 1; }", '"s"', "[ ]", "{ __functor = self: { __functor = s: y: y; }; }"),
    "ff": _of("({ a, b ? 1 }: a)", "(x: x)", "({ ... }: 1)", "builtins.add", "{ __functor = self: { c ? 1 }: c; }", "{ __functor = self: x: x; __functionArgs.z = true; }", "(lib.setFunctionArgs (x: x) { q = false; })", "5"),
    "p1": _of("builtins.isInt", "builtins.isString", "(x: x == 1)", "(x: true)", "(_: false)", '(x: throw "p")', "builtins.isAttrs", "builtins.isList", '(x: x == "a")', "(x: x)"),
    "pn": _of("(n: v: builtins.isInt v)", '(n: v: n < "c")', "(n: v: true)", "(n: v: v != null)", '(n: v: throw "p")', "(n: v: false)", "(n: v: v)"),
    "pi": _of("(i: v: i < 2)", "(i: v: builtins.isInt v)", "(i: v: v)"),
    "pu": _of('(p: l: r: p == [ "a" ])', "(p: l: r: !(builtins.isAttrs l && builtins.isAttrs r))", "(p: l: r: true)", "(p: l: r: l == r)"),
    "pset": _of("(as: true)", "(as: false)", "(as: !(as ? a))", '(as: throw "p")'),
    "p2s": _of('(p: c: c == "a")', '(p: c: p == "b" && c == "a")', "(p: c: true)", "(p: c: false)", '(p: c: builtins.match "[A-Z]" c != null)'),
    "fs": _of('(s: "${s}!")', "toString", "(s: s)", "(s: builtins.substring 0 2 (toString s))", '(s: "")'),
    "fis": _of('(i: s: "${toString i}-${toString s}")', "(i: s: s)", '(i: s: "k")'),
    "fl": _of("(x: [ x x ])", "(x: [ ])", "(x: x)", "(x: [ (toString x) ])"),
    "fkey": _of("builtins.typeOf", "toString", '(x: "k")', '(x: if x == 1 then "one" else "other")', "(x: x)"),
    "fnum": _of("(x: builtins.typeOf x)", "(x: x)", "(x: 0)", "(x: builtins.stringLength (builtins.typeOf x))"),
    "fless": _of("(a: b: a < b)", "(a: b: b < a)", "(a: b: false)", "(a: b: b == a + 1)", "(a: b: true)"),
    "fcmp": _of("(a: b: if a < b then -1 else if a > b then 1 else 0)", "lib.compare", "(a: b: 0)"),
    "fnamed": _of("(n: v: { name = n + \"!\"; value = v; })", '(n: v: { name = "same"; value = v; })', "lib.nameValuePair", "(n: v: { name = n; })"),
    "fnset": _of("(n: v: { ${n} = v; x = n; })", "(n: v: { })", '(n: v: { "${n}1" = v; })', "(n: v: v)"),
    "fself": _of("(self: { a = 1; b = self.a + 1; })", "(self: { a = self.b; b = 2; f = x: x; })", "(self: { })", "(self: { a = self ? b; b = 1; })"),
    "fover": _of("(final: prev: { c = prev.a or 0; })", "(final: prev: { a = 10; })", "(final: prev: { })", "(final: prev: { d = final.b or 7; })"),
    "lfover": _listed(_of("(final: prev: { c = prev.a or 0; })", "(final: prev: { a = 10; })", "(final: prev: { d = final.b or 7; })"), 3),
    "fext": _of("(final: prev: { c = prev.a or 0; })", "(prev: { a = prev.a or 3; })", "{ z = 1; }", "5"),
    "fhalf": _of("(x: x / 2)", "(x: x)", "(x: if x < 3 then x + 1 else x)"),
}  # fmt: skip


def calls(family: str) -> dict[str, SearchStrategy[str]]:
    """For each function of a family, texts of calls of it."""
    made = {}
    for entry in FUNCTIONS[family].split():
        name, _, kinds = entry.partition(":")
        made[f"{family}.{name}"] = _call(f"lib.{family}.{name}", [kind for kind in kinds.split(",") if kind])
    return made


def _call(function: str, kinds: list[str]) -> SearchStrategy[str]:
    def strategy(kind: str) -> SearchStrategy[str]:
        usual = ARGUMENTS[kind]
        if function in EAGER:
            return usual
        return st.integers(0, 24).flatmap(lambda n: _any if n == 24 else st.just(_thrown) if n == 23 else usual)

    arguments = st.tuples(*(strategy(kind) for kind in kinds))
    return arguments.map(lambda found: " ".join([function, *(f"({x})" for x in found)]))
