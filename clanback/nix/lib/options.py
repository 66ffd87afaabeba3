"""`lib.options`: declaring options, and showing their names. A declaration is a set with `_type = "option"`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_attrs, force_known, force_list, force_string
from clanback.nix.errors import EvalError, ThrowError
from clanback.nix.lib.family import Family
from clanback.nix.lib.strings import identifier
from clanback.nix.operators import context_of
from clanback.nix.values import Attrs, ContextString

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

FAMILY = Family("options")
native, nix = FAMILY.native, FAMILY.nix


@native("isOption", 1)
def _is_option(evaluator: Evaluator, x: Any) -> Value:
    found = force_known(evaluator, x)
    return isinstance(found, Attrs) and "_type" in found and force_known(evaluator, found["_type"]) == "option"


_ATTRIBUTES = frozenset(
    ("default", "defaultText", "example", "description", "relatedPackages", "type", "apply", "internal", "visible", "readOnly")
)


@native("mkOption", 1)
def _mk_option(evaluator: Evaluator, declaration: Any) -> Value:
    given = force_attrs(evaluator, declaration)
    strange = next((name for name in sorted(given) if name not in _ATTRIBUTES), None)
    if strange is not None:
        raise EvalError("CB114", f"`mkOption` is called with an unexpected argument '{strange}'")
    made = Attrs(given, positions=given.positions)
    made["_type"] = "option"
    return made


@native("mkEnableOption", 1)
def _mk_enable_option(evaluator: Evaluator, name: Any) -> Value:
    def description() -> Value:
        text = evaluator.coerce_to_string(force_known(evaluator, name), copy_paths=True)
        made = f"Whether to enable {str.__str__(text)}."
        return ContextString(made, context_of(text)) if context_of(text) else made

    return Attrs(
        {
            "_type": "option",
            "default": False,
            "example": True,
            "description": evaluator.thunk(description),
            "type": evaluator.thunk(lambda: evaluator.select(evaluator.select(evaluator.lib, "types"), "bool")),
        }
    )


nix(
    "mkPackageOption",
    """
    pkgs: name: { nullable ? false, default ? name, example ? null, extraDescription ? "", pkgsText ? "pkgs" }: let
      called = if builtins.isList name then lib.last name else name;
      default' = if default == null then null else lib.toList default;
      text = path: lib.literalExpression (lib.concatStringsSep "." ([ pkgsText ] ++ path));
    in lib.mkOption ({
      type = (if nullable then lib.types.nullOr else lib.id) lib.types.package;
      description = "The ${called} package to use." + (if extraDescription == "" then "" else " ") + extraDescription;
    } // (if default' == null then lib.optionalAttrs nullable { default = null; } else {
      default = lib.attrByPath default' (throw "${lib.concatStringsSep "." default'} cannot be found in ${pkgsText}") pkgs;
      defaultText = text default';
    }) // lib.optionalAttrs (example != null) {
      example = if builtins.isList example then text example else example;
    })
    """,
)
nix("mkPackageOptionMD", "lib.mkPackageOption")
nix(
    "mkSinkUndeclaredOptions",
    """
    attrs: lib.mkOption ({
      internal = true;
      visible = false;
      default = false;
      description = "Sink for option definitions.";
      type = lib.mkOptionType { name = "sink"; check = _: true; merge = _: _: false; };
      apply = _: throw "Option value is not readable because the option is not declared.";
    } // attrs)
    """,
)


def _text(name: str, kind: str) -> None:
    @native(name, 1)
    def make(evaluator: Evaluator, text: Any) -> Value:
        found = force_known(evaluator, text)
        if not isinstance(found, str):
            raise ThrowError("CB101", f"{name} expects a string.")
        return Attrs({"_type": kind, "text": found})


_text("literalExpression", "literalExpression")
_text("literalExample", "literalExpression")
_text("literalMD", "literalMD")
nix("mdDoc", "text: text")
nix("literalDocBook", "text: lib.literalMD text")
nix(
    "literalCode",
    """
    language: text: lib.literalMD "```${language}\\n${text}\\n```"
    """,
)


@native("showOption", 1)
def _show_option(evaluator: Evaluator, path: Any) -> Value:
    shown = []
    for part in force_list(evaluator, path):
        name = str.__str__(force_string(evaluator, part))
        # Placeholders stand for any name and stay bare.
        shown.append(name if name in ("*", "<name>", "<function body>") else identifier(name))
    return ".".join(shown)


nix("showFiles", 'files: lib.concatMapStringsSep " and " (f: "`${f}\'") files')
nix("getValues", "map (x: x.value)")
nix("getFiles", "map (x: x.file)")
nix("mergeOneOption", 'lib.mergeUniqueOption { message = ""; }')
nix(
    "mergeUniqueOption",
    """
    { message, merge ? null }: loc: defs:
      if builtins.length defs == 1
        then (if merge == null then (builtins.head defs).value else merge loc defs)
      else throw "The option `${lib.showOption loc}' is defined multiple times while it's expected to be unique.\\n${message}"
    """,
)
nix(
    "mergeEqualOption",
    """
    loc: defs: let first = builtins.head defs; in
      if defs == [ ] then abort "This case should never happen."
      else if builtins.all (d: d.value == first.value) defs then first.value
      else throw "The option `${lib.showOption loc}' has conflicting definition values"
    """,
)
nix(
    "scrubOptionValue",
    """
    x: if lib.isDerivation x then { inherit (x) name; type = "derivation"; drvPath = x.name; outPath = x.name; }
      else if builtins.isList x then map lib.scrubOptionValue x
      else if builtins.isAttrs x then lib.mapAttrs (_: lib.scrubOptionValue) (removeAttrs x [ "_args" ])
      else x
    """,
)
nix(
    "renderOptionValue",
    "v: if v ? _type && v ? text then v else lib.literalExpression (lib.generators.toPretty { multiline = true; } v)",
)
nix("unknownModule", '"<unknown-file>"')
FAMILY.file("mergeDefaultOption showDefs")
