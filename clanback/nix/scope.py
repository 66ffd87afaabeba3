"""Finds undefined variables when a file is parsed, as Nix does (CB013).

The builder notes each variable and each node that defines names. Their places nest as the nodes do, so one walk along the
text, with the names in force counted, answers for all variables; a file without variables costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clanback.diagnostics import Span, did_you_mean, error
from clanback.nix.ast import AttrSet, Lambda, Let, With

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clanback.diagnostics import Diagnostic, Source
    from clanback.nix.ast import Var
    from clanback.nix.errors import SyntaxErrors

GLOBAL_NAMES = frozenset({
    "abort", "baseNameOf", "break", "builtins", "derivation", "derivationStrict", "dirOf", "false", "fetchGit",
    "fetchMercurial", "fetchTarball", "fetchTree", "fromTOML", "import", "isNull", "map", "null", "placeholder",
    "removeAttrs", "scopedImport", "throw", "toString", "true", "__add", "__addDrvOutputDependencies",
    "__addErrorContext", "__all", "__any", "__appendContext", "__attrNames", "__attrValues", "__bitAnd",
    "__bitOr", "__bitXor", "__catAttrs", "__ceil", "__compareVersions", "__concatLists", "__concatMap",
    "__concatStringsSep", "__convertHash", "__curPos", "__currentSystem", "__currentTime", "__deepSeq", "__div",
    "__elem", "__elemAt", "__fetchurl", "__filter", "__filterSource", "__findFile", "__flakeRefToString",
    "__floor", "__foldl'", "__fromJSON", "__functionArgs", "__genList", "__genericClosure", "__getAttr",
    "__getContext", "__getEnv", "__getFlake", "__groupBy", "__hasAttr", "__hasContext", "__hashFile",
    "__hashString", "__head", "__intersectAttrs", "__isAttrs", "__isBool", "__isFloat", "__isFunction", "__isInt",
    "__isList", "__isPath", "__isString", "__langVersion", "__length", "__lessThan", "__listToAttrs",
    "__mapAttrs", "__match", "__mul", "__nixPath", "__nixVersion", "__parseDrvName", "__parseFlakeRef",
    "__partition", "__path", "__pathExists", "__readDir", "__readFile", "__readFileType", "__replaceStrings",
    "__seq", "__sort", "__split", "__splitVersion", "__storeDir", "__storePath", "__stringLength", "__sub",
    "__substring", "__tail", "__toFile", "__toJSON", "__toPath", "__toXML", "__trace", "__traceVerbose",
    "__tryEval", "__typeOf", "__unsafeDiscardOutputDependency", "__unsafeDiscardStringContext",
    "__unsafeGetAttrPos", "__warn", "__zipAttrsWith",
})  # fmt: skip
"""The names that are defined everywhere (Nix 2.26): `builtins` and those of its attributes that need no `builtins.`."""

_Scope = Lambda | Let | AttrSet | With


class Scopes:
    """The variables of one file and the nodes that define names, in the order in which the parser finishes them."""

    def __init__(self) -> None:
        self.variables: list[Var] = []
        self.nodes: list[_Scope] = []
        self._inherited: dict[int, tuple[Var, bool]] = {}
        self._dropped: set[int] = set()
        self._reaches: list[tuple[int, int, AttrSet]] = []

    def inherits(self, variable: Var, outside: bool) -> None:
        """`inherit name;`: looked up outside the set it is in, which matters if that is a scope itself (`outside`)."""
        self._inherited[id(variable)] = (variable, outside)

    def drop(self, node: AttrSet) -> None:
        """A `rec` set whose attributes went into another set: it defines nothing any more."""
        self._dropped.add(id(node))

    def reaches(self, node: AttrSet, start: int, end: int) -> None:
        """Text outside of a `rec` set that was merged into it and so sees its names."""
        self._reaches.append((start, end, node))

    def check(self, source: Source, extra: Iterable[str], errors: SyntaxErrors) -> None:
        """Add an error for each variable that nothing defines."""
        variables = self.variables
        if self._inherited:
            variables = sorted([*variables, *(v for v, _ in self._inherited.values())], key=lambda v: v.start)
        if not variables:
            return
        known = GLOBAL_NAMES.union(extra) if extra else GLOBAL_NAMES
        begins = [_range(node) for node in self.nodes if id(node) not in self._dropped] + self._reaches
        begins.sort(key=lambda r: (-r[0], r[1]))
        count: dict[str, int] = {}
        dynamic = 0
        around: list[tuple[int, _Scope | None, tuple[str, ...]]] = []
        for variable in variables:
            at = variable.start
            while begins and begins[-1][0] <= at:
                while around and around[-1][0] <= begins[-1][0]:
                    dynamic -= _leave(around, count)
                _, end, node = begins.pop()
                if type(node) is With:
                    dynamic += 1
                    around.append((end, node, ()))
                else:
                    names = _names(node)
                    for name in names:
                        count[name] = count.get(name, 0) + 1
                    around.append((end, node, names))
            while around and around[-1][0] <= at:
                dynamic -= _leave(around, count)
            name = variable.name
            if dynamic or name in known:
                continue
            inherited = self._inherited.get(id(variable))
            outside = inherited is not None and inherited[1]
            if count.get(name, 0) > (1 if outside else 0):
                continue
            errors.append(_undefined(source, variable, known, count, outside))
            if errors.is_full:
                return


def _leave(around: list[tuple[int, _Scope | None, tuple[str, ...]]], count: dict[str, int]) -> int:
    _, node, names = around.pop()
    for name in names:
        count[name] -= 1
    return 1 if type(node) is With else 0


def _range(node: _Scope) -> tuple[int, int, _Scope]:
    if type(node) is With:
        return node.body.start, node.body.end, node
    return node.start, node.end, node


def _names(node: _Scope) -> tuple[str, ...]:
    if isinstance(node, Lambda):
        names = tuple(formal.name for formal in node.formals or ())
        return names if node.param is None else (*names, node.param)
    assert isinstance(node, AttrSet | Let)
    return tuple(node.attributes)


def _undefined(source: Source, variable: Var, known: Iterable[str], count: dict[str, int], outside: bool) -> Diagnostic:
    name = variable.name
    in_force = {n for n, c in count.items() if c > (1 if outside and n == name else 0)}
    near = did_you_mean(name, in_force.union(n for n in known if not n.startswith("__")) - {name})
    if outside:
        hint = f"`inherit {name};` takes `{name}` from outside of the set or `let` it stands in"
    elif near is None and name in ("lib", "pkgs", "config", "inputs", "self"):
        hint = f"make the file a function that takes it: `{{ {name}, ... }}: …`"
    else:
        from clanback.nix.advice import of_variable  # only who errs waits for it

        hint = of_variable(source, name, variable.start, variable.end, near, GLOBAL_NAMES)
    return error("CB013", f"undefined variable `{name}`", Span(source, variable.start, variable.end), help=hint)
