"""Which functions of `lib` exist, and in which module of this package each is written. A test holds it against the modules.

It is a table of names only, so that making `lib` imports nothing.
"""

from __future__ import annotations

DEFINED: dict[str, dict[str, str]] = {
    "trivial": {
        "trivial": (
            "and bitNot boolToString boolToYesNo checkListOfEnum compare concat const defaultTo flip "
            "fromHexString functionArgs id importJSON importTOML info isFunction mapNullable max mergeAttrs "
            "min mirrorFunctionArgs mod or pipe setFunctionArgs showWarnings splitByAndCompare throwIf "
            "throwIfNot toBaseDigits toFunction toHexString warn warnIf warnIfNot xor "
        ),
    },
    "fixedPoints": {
        "fixed_points": (
            "composeExtensions composeManyExtensions converge extend extends fix fix' makeExtensible "
            "makeExtensibleWithCustomName toExtension "
        ),
    },
    "fileset": {
        "filesets": ("difference fileFilter intersection maybeMissing toList trace traceVal union unions "),
    },
    "attrsets": {
        "attrsets": (
            "attrByPath attrVals attrsToList cartesianProduct cartesianProductOfSets collect concatMapAttrs "
            "dontRecurseIntoAttrs filterAttrs filterAttrsRecursive foldAttrs foldlAttrs genAttrs genAttrs' "
            "getAttrFromPath getAttrs hasAttrByPath longestValidPathPrefix mapAttrs' mapAttrsFlatten "
            "mapAttrsRecursive mapAttrsRecursiveCond mapAttrsToList mapAttrsToListRecursive "
            "mapAttrsToListRecursiveCond mapCartesianProduct matchAttrs mergeAttrsList nameValuePair "
            "optionalAttrs overrideExisting recurseIntoAttrs recursiveUpdate recursiveUpdateUntil "
            "setAttrByPath showAttrPath unionOfDisjoint updateManyAttrsByPath zip zipAttrs zipAttrsWithNames "
            "zipWithNames "
        ),
        "outputs": (
            "chooseDevOutputs getBin getDev getFirstOutput getInclude getLib getMan getOutput getStatic "
            "isDerivation toDerivation "
        ),
    },
    "lists": {
        "lists": (
            "allUnique commonPrefix concatAttrValues count crossLists drop dropEnd findFirst findFirstIndex "
            "findSingle flatten fold foldl foldl' foldr forEach groupBy' hasPrefix hasSuffix ifilter0 imap0 imap1 "
            "init intersectLists last mutuallyExclusive optional optionals range remove removePrefix "
            "removeSuffix replicate reverseList singleton sublist subtractLists take takeEnd toList unique "
            "uniqueStrings zipLists zipListsWith "
        ),
        "ordering": ("compareLists listDfs naturalSort sortOn toposort "),
    },
    "strings": {
        "strings": (
            "addContextFrom concatImapStrings concatImapStringsSep concatLines concatMapAttrsStringSep "
            "concatMapStrings concatMapStringsSep concatStrings fileContents fixedWidthNumber "
            "fixedWidthString hasInfix hasPrefix hasSuffix intersperse join makeBinPath makeIncludePath "
            "makeLibraryPath makeSearchPath makeSearchPathOutput optionalString readPathsFromFile "
            "removePrefix removeSuffix replaceString replicate splitString splitStringBy stringAsChars "
            "stringToCharacters toCamelCase toLower toSentenceCase toUpper trim trimWith "
        ),
        "escapes": (
            "charToInt cmakeBool cmakeFeature cmakeOptionType commonPrefixLength commonSuffixLength "
            "enableFeature enableFeatureAs escape escapeC escapeNixIdentifier escapeNixString escapeRegex "
            "escapeShellArg escapeShellArgs escapeURL escapeXML floatToString getName getVersion "
            "isCoercibleToString isConvertibleWithToString isStorePath isStringLike isValidPosixName "
            "levenshtein levenshteinAtMost lowerChars mesonBool mesonEnable mesonOption nameFromURL "
            "normalizePath replaceChars sanitizeDerivationName toInt toIntBase10 toShellVar toShellVars "
            "upperChars versionAtLeast versionOlder withFeature withFeatureAs "
        ),
    },
    "modules": {
        "modules": (
            "defaultOrderPriority defaultOverridePriority defaultPriority dischargeProperties doRename evalModules "
            "evalOptionValue filterOverrides importApply mergeDefinitions mergeOptionDecls mkAfter "
            "mkAliasAndWrapDefinitions mkAliasAndWrapDefsWithPriority mkAliasDefinitions mkAliasIfDef "
            "mkAliasOptionModule mkAliasOptionModuleMD mkAssert mkBefore mkChangedOptionModule mkDefault "
            "mkDefinition mkDerivedConfig mkFixStrictness mkForce mkIf mkImageMediaOverride mkMerge "
            "mkMergedOptionModule mkOptionDefault mkOrder mkOverride mkRemovedOptionModule mkRenamedOptionModule "
            "mkRenamedOptionModuleWith mkStrict mkVMOverride pushDownProperties setDefaultModuleLocation sortProperties "
        ),
    },
    "options": {
        "options": (
            "getFiles getValues isOption literalCode literalDocBook literalExample literalExpression "
            "literalMD mdDoc mergeDefaultOption mergeEqualOption mergeOneOption mergeUniqueOption mkEnableOption mkOption "
            "mkPackageOption mkPackageOptionMD mkSinkUndeclaredOptions renderOptionValue scrubOptionValue "
            "showDefs showFiles showOption unknownModule "
        ),
    },
    "types": {
        "types": (
            "anything attrs bool boolByOr commas deferredModule envVar fileset float int ints lines nonEmptyStr number "
            "numbers optionType package path pathInStore pkgs port raw shellPackage singleLineStr str string unspecified "
        ),
        "compound_types": (
            "addCheck attrsOf attrsWith coercedTo deferredModuleWith either enum functionTo isOptionType isType "
            "lazyAttrsOf listOf loaOf mkOptionType nonEmptyListOf nullOr oneOf packageWith passwdEntry pathWith "
            "separatedString setType strMatching submodule submoduleWith uniq unique "
        ),
    },
    "generators": {
        "generators": (
            "mkDconfKeyValue mkKeyValueDefault mkLuaInline mkValueStringDefault toGitINI toINI "
            "toINIWithGlobalSection toJSON toKeyValue toLua toPretty toYAML withRecursion "
        ),
    },
    "versions": {
        "small": ("major majorMinor minor pad patch "),
    },
    "meta": {
        "small": (
            "addMetaAttrs appendToName dontDistribute getExe getExe' hiPrio hiPrioSet lowPrio lowPrioSet "
            "mapDerivationAttrset setName setPrio updateName "
        ),
    },
    "asserts": {
        "small": ("assertEachOneOf assertMsg assertOneOf checkAssertWarn "),
    },
    "debug": {
        "small": (
            "runTests testAllTrue traceFnSeqN traceIf traceSeq traceSeqN traceVal traceValFn traceValSeq "
            "traceValSeqFn traceValSeqN traceValSeqNFn "
        ),
    },
    "customisation": {
        "small": ("callPackageWith callPackagesWith hydraJob makeOverridable makeScope "),
    },
    "derivations": {
        "small": ("optionalDrvAttr "),
    },
    "kernel": {
        "small": ("freeform module no option unset yes "),
    },
    "cli": {
        "small": ("toGNUCommandLine toGNUCommandLineShell "),
    },
    "filesystem": {
        "files": (
            "haskellPathsInDir listFilesRecursive locateDominatingFile pathIsDirectory pathIsRegularFile "
            "pathType resolveDefaultNix "
        ),
    },
    "sources": {
        "files": ("pathIsDirectory pathIsRegularFile pathType "),
    },
    "path": {
        "files": ("append hasPrefix hasStorePathPrefix removePrefix splitRoot subpath "),
    },
    "stringsWithDeps": {
        "small": "fullDepEntry noDepEntry packEntry stringAfter textClosureList textClosureMap",
    },
    "misc": {
        "small": "fakeHash fakeSha256 fakeSha512",
    },
}
"""Family → module → names."""

BUILTINS: dict[str, str] = {
    "trivial": (
        "add addErrorContext bitAnd bitOr bitXor deepSeq genericClosure isBool isFloat isInt lessThan "
        "pathExists readFile seq sub "
    ),
    "attrsets": ("attrNames attrValues catAttrs getAttr hasAttr intersectAttrs listToAttrs mapAttrs removeAttrs zipAttrsWith "),
    "lists": ("all any concatLists concatMap elem elemAt filter genList groupBy head isList length map partition sort tail "),
    "strings": (
        "compareVersions concatStringsSep elem elemAt filter fromJSON genList head isAttrs isFloat isInt "
        "isList isPath isString match parseDrvName readFile replaceStrings split stringLength "
        "substring tail toJSON typeOf unsafeDiscardStringContext "
    ),
    "versions": ("splitVersion "),
    "filesystem": ("pathExists readDir "),
}
"""Builtins that a family gives under its own name too."""

TOP_BUILTINS = (
    "add addErrorContext all any appendContext attrNames attrValues baseNameOf bitAnd bitOr bitXor catAttrs ceil concatLists "
    "concatMap concatStringsSep convertHash deepSeq dirOf div elem elemAt filter floor fromJSON fromTOML genList "
    "genericClosure getAttr getContext groupBy hasAttr hasContext hashFile hashString head intersectAttrs isAttrs isBool "
    "isFloat isInt isList isPath isString length lessThan listToAttrs map mapAttrs match mul parseDrvName partition "
    "pathExists placeholder readDir readFile readFileType removeAttrs replaceStrings seq sort split splitVersion "
    "stringLength sub substring tail toFile toJSON toString toXML trace tryEval typeOf unsafeDiscardStringContext "
    "unsafeGetAttrPos zipAttrsWith "
)
"""Builtins that `lib` gives at its top."""

TOP_EXCLUDED: dict[str, str] = {
    "lists": "hasPrefix hasSuffix removePrefix removeSuffix commonPrefix findFirstIndex",
    "strings": (
        "replicate charToInt escapeC escapeNixIdentifier escapeNixString floatToString isCoercibleToString "
        "isConvertibleWithToString sanitizeDerivationName levenshtein levenshteinAtMost commonPrefixLength commonSuffixLength "
        "normalizePath"
    ),
    "modules": (
        "defaultOverridePriority defaultPriority defaultOrderPriority importApply mkAliasAndWrapDefsWithPriority mkAliasIfDef"
    ),
    "filesystem": "pathType haskellPathsInDir locateDominatingFile listFilesRecursive resolveDefaultNix",
    "asserts": "checkAssertWarn",
}
"""Names of a family that `lib` does not have at its top."""

TOP_ONLY: dict[str, str] = {
    "types": "isType setType mkOptionType isOptionType",
    "generators": "mkLuaInline",
    "versions": "",
    "kernel": "",
    "path": "",
    "fileset": "",
}
"""Families of which `lib` has only these names at its top."""

OPEN = "fetchers flakes gvariant licenses licensesSpdx maintainers teams platforms systems network sourceTypes hydra nixos"
"""Families of which clanback knows nothing: everything in them is unknown."""

_MODULES = "only NixOS' module system gives it a meaning; clanback carries it as it is written"
_STORE = "only Nix can copy sources to its store"

OPAQUE: dict[str, tuple[str, str]] = {
    "modules": (
        _MODULES,
        (
            "mergeModules mergeModules' collectModules fixupOptionType fixMergeModules applyModuleArgs "
            "applyModuleArgsIfFunction unifyModuleSyntax"
        ),
    ),
    "options": (_MODULES, "optionAttrSetToDocList optionAttrSetToDocList' showOptionWithDefLocs"),
    "types": (_MODULES, "defaultTypeMerge defaultFunctor"),
    "sources": (
        _STORE,
        (
            "cleanSource cleanSourceFilter cleanSourceWith sourceByRegex sourceByGlobs sourceFilesBySuffices commitIdFromGitRepo "
            "pathIsGitRepo pathHasContext canCleanSource urlToName repoRevToName trace"
        ),
    ),
    "filesystem": (_STORE, "packagesFromDirectoryRecursive"),
    "customisation": (
        "it works on derivations, which clanback does not build",
        "overrideDerivation extendDerivation makeScopeWithSplicing makeScopeWithSplicing' extendMkDerivation",
    ),
    "meta": (
        "it depends on nixpkgs' lists of licences and platforms",
        "platformMatch availableOn licensesSpdx getLicenseFromSpdxId getLicenseFromSpdxIdOr",
    ),
    "derivations": ("it works on derivations, which clanback does not build", "lazyDerivation warnOnInstantiate"),
    "trivial": (
        "it depends on the nixpkgs in use",
        (
            "version release codeName versionSuffix revisionWithDefault nixpkgsVersion oldestSupportedRelease isInOldestRelease "
            "oldestSupportedReleaseIsAtLeast inNixShell inPureEvalMode"
        ),
    ),
    "generators": ("clanback does not write this format", "toPlist toDhall toDconfINI"),
    "": ("it builds a whole NixOS system, which only Nix can do", "nixosSystem callLibs"),
}
"""Family → why its names are left to Nix, and the names. They are unknown values, kept as they are written."""
