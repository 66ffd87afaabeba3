"""Small families of `lib`, mostly a line of Nix each: versions, meta, asserts, debug, customisation, kernel, cli and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import describe, force_known
from clanback.nix.errors import ThrowError
from clanback.nix.lib.family import Family
from clanback.nix.values import Attrs

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

versions = Family("versions")
versions.nix("major", "version: builtins.elemAt (builtins.splitVersion version) 0")
versions.nix("minor", "version: builtins.elemAt (builtins.splitVersion version) 1")
versions.nix("patch", "version: builtins.elemAt (builtins.splitVersion version) 2")
versions.nix("majorMinor", 'version: lib.concatStringsSep "." (lib.take 2 (builtins.splitVersion version))')
versions.nix(
    "pad",
    """
    n: version: let
      number = builtins.head (lib.splitString "-" version);
      parts = lib.versions.splitVersion number ++ lib.genList (_: "0") n;
    in lib.concatStringsSep "." (lib.take n parts) + lib.removePrefix number version
    """,
)

meta = Family("meta")


@meta.native("getExe'", 2)
def _get_exe_prime(evaluator: Evaluator, package: Any, program: Any) -> Value:
    from clanback.nix.lib.outputs import is_derivation, output_of
    from clanback.nix.operators import join

    found = force_known(evaluator, package)
    if not is_derivation(evaluator, found):
        raise ThrowError("CB101", f"lib.meta.getExe': the first argument must be a derivation, but is {describe(found)}")
    name = force_known(evaluator, program)
    if not isinstance(name, str) or "/" in str.__str__(name):
        raise ThrowError("CB101", f"lib.meta.getExe': the second argument must be the name of a program, but is {describe(name)}")

    folder = evaluator.coerce_to_string(force_known(evaluator, output_of(evaluator, "bin", found)), copy_paths=True)
    return join(evaluator, join(evaluator, folder, "/bin/"), evaluator.coerce_to_string(name, copy_paths=True))


meta.nix("getExe", "x: lib.getExe' x (x.meta.mainProgram or (lib.getName x))")
meta.nix("addMetaAttrs", "attrs: drv: drv // { meta = (drv.meta or { }) // attrs; }")
meta.nix("dontDistribute", "lib.addMetaAttrs { hydraPlatforms = [ ]; }")
meta.nix("setName", "name: drv: drv // { inherit name; }")
meta.nix("updateName", "f: drv: drv // { name = f drv.name; }")
meta.nix(
    "appendToName",
    'suffix: lib.updateName (name: let p = builtins.parseDrvName name; in "${p.name}-${suffix}-${p.version}")',
)
meta.nix("mapDerivationAttrset", "f: set: lib.mapAttrs (_: x: if lib.isDerivation x then f x else x) set")
meta.nix("setPrio", "priority: lib.addMetaAttrs { inherit priority; }")
meta.nix("lowPrio", "lib.setPrio 10")
meta.nix("hiPrio", "lib.setPrio (-10)")
meta.nix("lowPrioSet", "lib.mapDerivationAttrset lib.lowPrio")
meta.nix("hiPrioSet", "lib.mapDerivationAttrset lib.hiPrio")

asserts = Family("asserts")
asserts.nix("assertMsg", "condition: message: if condition then true else throw message")
asserts.nix(
    "assertOneOf",
    """
    name: value: allowed: lib.assertMsg (builtins.elem value allowed)
      "${name} must be one of ${lib.generators.toPretty { } allowed}, but is: ${lib.generators.toPretty { } value}"
    """,
)
asserts.nix(
    "assertEachOneOf",
    """
    name: values: allowed: let show = lib.generators.toPretty { }; in
      lib.assertMsg (builtins.all (value: builtins.elem value allowed) values)
        "each element in ${name} must be one of ${show allowed}, but is: ${show values}"
    """,
)
asserts.nix(
    "checkAssertWarn",
    """
    assertions: warnings: value: let
      failed = builtins.filter (x: !x.assertion) assertions;
      lines = lib.concatMapStringsSep "\\n" (x: "- ${x.message}") failed;
    in if failed != [ ] then throw "\\nFailed assertions:\\n${lines}" else lib.showWarnings warnings value
    """,
)

debug = Family("debug")
debug.nix("traceIf", "condition: message: x: if condition then builtins.trace message x else x")
debug.nix("traceValFn", "f: x: builtins.trace (f x) x")
debug.nix("traceVal", "lib.traceValFn lib.id")
debug.nix("traceSeq", "x: y: builtins.trace (builtins.deepSeq x x) y")
debug.nix("traceSeqN", "_: x: y: builtins.trace (builtins.seq x x) y")
debug.nix("traceValSeqFn", "f: x: lib.traceValFn f (builtins.deepSeq x x)")
debug.nix("traceValSeq", "lib.traceValSeqFn lib.id")
debug.nix("traceValSeqNFn", "f: _: x: builtins.trace (f x) x")
debug.nix("traceValSeqN", "lib.traceValSeqNFn lib.id")
debug.nix("traceFnSeqN", "_: _: f: x: f x")
debug.nix(
    "runTests",
    """
    tests: let
      chosen = tests.tests or [ ];
      runs = name: if chosen == [ ] then lib.hasPrefix "test" name else builtins.elem name chosen;
    in lib.concatMap (name: let t = tests.${name}; in
      if t.expr == t.expected then [ ] else [ { inherit name; expected = t.expected; result = t.expr; } ])
      (builtins.filter runs (builtins.attrNames tests))
    """,
)
debug.nix("testAllTrue", "expr: { inherit expr; expected = map (_: true) expr; }")

customisation = Family("customisation")
customisation.nix(
    "makeOverridable",
    """
    f: lib.mirrorFunctionArgs f (given: let
      made = f given;
      changed = new: given // (if lib.isFunction new then new given else new);
      override = new: lib.makeOverridable f (changed new);
    in if builtins.isAttrs made then made // {
        inherit override;
        overrideDerivation = change: lib.makeOverridable (args: lib.overrideDerivation (f args) change) given;
      } // lib.optionalAttrs (made ? overrideAttrs) {
        overrideAttrs = change: lib.makeOverridable (args: (f args).overrideAttrs change) given;
      }
      else if lib.isFunction made then lib.setFunctionArgs made (lib.functionArgs made) // { inherit override; }
      else made)
    """,
)
customisation.nix(
    "callPackageWith",
    """
    auto: fn: args: let
      f = if lib.isFunction fn then fn else import fn;
      wanted = builtins.intersectAttrs (lib.functionArgs f) auto;
    in lib.makeOverridable f (wanted // args)
    """,
)
customisation.nix(
    "callPackagesWith",
    """
    auto: fn: args: let
      f = if lib.isFunction fn then fn else import fn;
      wanted = builtins.intersectAttrs (lib.functionArgs f) auto // args;
      made = f wanted;
    in lib.mapAttrs (name: _: lib.makeOverridable (a: (f a).${name}) wanted) made
    """,
)
customisation.nix(
    "makeScope",
    """
    newScope: f: let
      self = f self // {
        newScope = scope: newScope (self // scope);
        callPackage = self.newScope { };
        overrideScope = overlay: lib.makeScope newScope (lib.extends overlay f);
        packages = f;
      };
    in self
    """,
)
customisation.nix("hydraJob", "x: x")

derivations = Family("derivations")
derivations.nix("optionalDrvAttr", "condition: value: if condition then value else null")

kernel = Family("kernel")
kernel.nix("option", "x: x // { optional = true; }")
kernel.value("yes", Attrs({"tristate": "y", "optional": False}))
kernel.value("no", Attrs({"tristate": "n", "optional": False}))
kernel.value("module", Attrs({"tristate": "m", "optional": False}))
kernel.value("unset", Attrs({"tristate": None, "optional": False}))
kernel.nix("freeform", "x: { freeform = x; optional = false; }")

cli = Family("cli")
cli.nix("toGNUCommandLineShell", "options: attrs: lib.escapeShellArgs (lib.cli.toGNUCommandLine options attrs)")
cli.nix(
    "toGNUCommandLine",
    """
    {
      mkOptionName ? name: if builtins.stringLength name == 1 then "-${name}" else "--${name}",
      mkBool ? name: value: lib.optional value (mkOptionName name),
      mkList ? name: values: builtins.concatMap (mkOption name) values,
      mkOption ? name: value:
        if value == null then [ ]
        else if optionValueSeparator == null then [ (mkOptionName name) (lib.generators.mkValueStringDefault { } value) ]
        else [ "${mkOptionName name}${optionValueSeparator}${lib.generators.mkValueStringDefault { } value}" ],
      optionValueSeparator ? null
    }: attrs: let
      render = name: value:
        if builtins.isBool value then mkBool name value
        else if builtins.isList value then mkList name value
        else mkOption name value;
    in builtins.concatLists (lib.mapAttrsToList render attrs)
    """,
)

strings_with_deps = Family("stringsWithDeps")
strings_with_deps.nix("noDepEntry", "text: { inherit text; deps = [ ]; }")
strings_with_deps.nix("fullDepEntry", "text: deps: { inherit text deps; }")
strings_with_deps.nix("packEntry", 'deps: { inherit deps; text = ""; }')
strings_with_deps.nix("stringAfter", "deps: text: { inherit text deps; }")

strings_with_deps.nix(
    "textClosureList",
    """
    known: names: let
      visit = state: entry:
        if builtins.isAttrs entry then let
          before = builtins.foldl' visit state entry.deps;
        in before // { texts = before.texts ++ [ entry.text ]; }
        else if state.done ? ${entry} then state
        else visit (state // { done = state.done // { ${entry} = true; }; }) known.${entry};
    in (builtins.foldl' visit { texts = [ ]; done = { }; } names).texts
    """,
)
strings_with_deps.nix(
    "textClosureMap",
    'f: known: names: lib.concatStringsSep "\\n" (map f (lib.stringsWithDeps.textClosureList known names))',
)

misc = Family("misc")
misc.value("fakeHash", "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
misc.value("fakeSha256", "0" * 64)
misc.value("fakeSha512", "0" * 128)

FAMILIES = (strings_with_deps, misc, versions, meta, asserts, debug, customisation, derivations, kernel, cli)
