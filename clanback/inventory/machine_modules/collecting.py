"""Collecting a machine's modules, as `collectModules` in nixpkgs' `lib/modules.nix` does: imports followed, functions called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.diagnostics import Diagnostic, DiagnosticError, Severity, Span
from clanback.inventory.machine_modules.statements import Statement, elements, known, member
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, PathValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clanback.nix.evaluator import Evaluator

_STRUCTURE = frozenset({"_class", "_file", "key", "disabledModules", "require", "imports", "freeformType"})
"""Attributes of a module in short form that are not configuration."""

_MOST_MODULES = 20_000

_ONLY_NIXOS = "only NixOS knows `{name}`, when it evaluates the machine"

_CLAN = {f"core.{name}": Unknown(f"options.clan.core.{name}", _ONLY_NIXOS) for name in ("settings", "state", "vars")}
"""Options that every machine of a clan has: modules that are shared with other flakes ask for them (`options ? clan`)."""


class Collected:
    """The configurations that modules state, in NixOS' order of merging, and the modules that cannot be read here.

    `problems` tell of files that Nix cannot read either; `keys` are those of the modules that have one (their path).
    """

    __slots__ = ("configurations", "keys", "problems", "unreadable")

    def __init__(self) -> None:
        self.configurations: list[Statement] = []
        self.keys: frozenset[str] = frozenset()
        self.problems: list[Diagnostic] = []
        self.unreadable: list[Unknown] = []

    def unreadable_file(self, statement: Statement, failed: DiagnosticError) -> None:
        """Take down a file that cannot be evaluated here; where its text is at fault, or it is not there, people are told."""
        self.unreadable.append(
            Unknown(statement.text, f"it cannot be read here: {failed.diagnostics[0].message}", statement.span)
        )
        for problem in failed.diagnostics:
            if problem.code.startswith(("CB0", "CB130")):
                self.problems.append(
                    Diagnostic(
                        problem.code,
                        Severity.WARNING,
                        problem.message,
                        problem.span or statement.span,
                        problem.labels,
                        (*problem.notes, "what this module declares is not known here, and Nix will stop at it as well"),
                        problem.help,
                    )
                )


class _Loaded:
    """A module in canonical form (`unifyModuleSyntax`)."""

    __slots__ = ("configuration", "disabled", "imports", "key")

    def __init__(self, key: str | None, configuration: Statement | None, imports: list[Statement], disabled: list[str]) -> None:
        self.key = key
        self.configuration = configuration
        self.imports = imports
        self.disabled = disabled


def module_arguments(evaluator: Evaluator, known_config: Mapping[str, Any], special: Mapping[str, Any] | None = None) -> Attrs:
    """What modules are called with: `lib`, the few options of `config` that are known, `pkgs.lib`, the clan's `specialArgs`, the
    rest unknown.
    """
    lib = evaluator.thunk(lambda: evaluator.lib)
    return OpenAttrs(
        {
            "lib": lib,
            "config": _tree("config", known_config),
            "pkgs": OpenAttrs({"lib": lib}, text="pkgs", reason="`{name}` comes from nixpkgs, which only Nix reads"),
            "options": OpenAttrs({"clan": _tree("options.clan", _CLAN)}, text="options", reason=_ONLY_NIXOS),
            "modulesPath": Unknown("modulesPath", "the folder of NixOS' own modules"),
            **(special or {}),
        },
        text="args",
        reason=_ONLY_NIXOS,
    )


def collect(
    evaluator: Evaluator, modules: Sequence[Statement], arguments: Attrs, known_already: frozenset[str] = frozenset()
) -> Collected:
    """Read the modules and all that they import, but for those whose key is known already.

    NixOS goes through modules level by level, the imports of all modules of a level forming the next, each key once, and merges
    in the reverse of that order (`reverseList (collectModules …)`, where `genericClosure` keeps a queue).
    """
    found, disabled = _collected(evaluator, modules, arguments, frozenset(), known_already)
    if disabled:  # now that they are known: once more, without them and without what only they import
        found, _ = _collected(evaluator, modules, arguments, disabled, known_already)
    return found


def _collected(
    evaluator: Evaluator, modules: Sequence[Statement], arguments: Attrs, without: frozenset[str], known_already: frozenset[str]
) -> tuple[Collected, frozenset[str]]:
    """Everything but the modules `without`, and the keys of those that are disabled."""
    found = Collected()
    loaded: list[_Loaded] = []
    seen: set[str] = set(known_already)
    level = list(modules)
    while level:
        if len(loaded) > _MOST_MODULES:
            found.unreadable.append(Unknown(level[0].text, "modules import one another without end", level[0].span))
            break
        following: list[Statement] = []
        for statement in level:
            module = _load(evaluator, statement, arguments, found, seen)
            if module is not None and module.key not in without:
                loaded.append(module)
                following += module.imports
        level = following
    found.configurations = [module.configuration for module in reversed(loaded) if module.configuration is not None]
    found.keys = frozenset(seen)
    return found, frozenset(key for module in loaded for key in module.disabled)


def configuration_of(evaluator: Evaluator, statement: Statement, arguments: Attrs) -> Statement | None:
    """What one module states itself, its imports left aside; None if it cannot be read here."""
    module = _load(evaluator, statement, arguments, Collected(), set())
    return module.configuration if module is not None else None


def called(evaluator: Evaluator, statement: Statement, arguments: Attrs) -> Statement:
    """A module that is a function, called with `arguments`; its body's place is that of the result, where it is written out."""
    function = statement.value
    if isinstance(function, Closure) and function.node.formals is not None:
        given = {formal.name: _given(arguments, formal.name) for formal in function.node.formals}
        if function.node.ellipsis:
            given = {**arguments, **given}
        argument: Any = OpenAttrs(given, text=function.node.param or "args", reason=_ONLY_NIXOS)
    else:
        argument = arguments
    value = known(evaluator, evaluator.thunk_call(function, argument), statement.span)
    if isinstance(function, Closure):
        body = function.node.body
        return statement.but(value=value, expr=body, span=Span(function.source, body.start, body.end))
    return statement.but(value=value, expr=None)


def is_function(value: Any) -> bool:
    """Whether a forced value can be called, as `lib.isFunction` says."""
    return isinstance(value, Closure | Builtin) or (isinstance(value, Attrs) and "__functor" in value)


def _load(evaluator: Evaluator, statement: Statement, arguments: Attrs, found: Collected, seen: set[str]) -> _Loaded | None:
    """Bring one module into the canonical form (`unifyModuleSyntax`); None for one that cannot be read or was read already."""
    unreadable = found.unreadable
    statement = statement.but(value=known(evaluator, statement.value, statement.span))
    key = None
    path = _path_of(statement.value)
    if path is not None:
        path = evaluator.paths.origin(path)
        key = path
        if key in seen:
            return None
        try:
            statement = Statement(evaluator.evaluate_file(path), doubt=statement.doubt, priority=statement.priority)
        except DiagnosticError as failed:
            found.unreadable_file(statement, failed)
            return None
    if is_function(statement.value):
        statement = called(evaluator, statement, arguments)
        statement = statement.but(value=known(evaluator, statement.value, statement.span))
    value = statement.value
    if isinstance(value, Unknown):
        if not _is_nixpkgs_own(value):
            unreadable.append(value)
        return None
    if not isinstance(value, Attrs):
        unreadable.append(Unknown(statement.text, "it is not a NixOS module", statement.span))
        return None
    if isinstance(value, OpenAttrs):
        unreadable.append(Unknown(statement.text, "parts of it are unknown", statement.span))
    if "_type" in value and known(evaluator, value["_type"]) in ("if", "override", "merge"):
        return _Loaded(key, statement, [], [])
    own_key = known(evaluator, value["key"]) if "key" in value else None
    if isinstance(own_key, str):
        key = own_key
    if key is not None:
        if key in seen:
            return None
        seen.add(key)
    structured = "config" in value or "options" in value
    configuration: Statement | None
    if structured:
        configuration = member(statement, value, "config") if "config" in value else None
    else:
        kept = Attrs({name: thing for name, thing in value.items() if name not in _STRUCTURE}, positions=value.positions)
        configuration = statement.but(value=kept)
    imports: list[Statement] = []
    for name in ("require", "imports"):
        if name in value:
            imports += _list(evaluator, member(statement, value, name), unreadable)
    listed = _list(evaluator, member(statement, value, "disabledModules"), []) if "disabledModules" in value else []
    disabled = [off for entry in listed if (off := _disabled_key(evaluator, known(evaluator, entry.value)))]
    return _Loaded(key, configuration, imports, disabled)


def _disabled_key(evaluator: Evaluator, value: Any) -> str | None:
    """The key by which an entry of `disabledModules` names a module: its path, or what a set says."""
    if isinstance(value, Attrs) and "key" in value:
        value = known(evaluator, value["key"])
        return str(value) if isinstance(value, str) else _path_of(value)
    return _path_of(value)


def _list(evaluator: Evaluator, statement: Statement, unreadable: list[Unknown]) -> list[Statement]:
    value = known(evaluator, statement.value, statement.span)
    if isinstance(value, tuple):
        return elements(statement, value)
    if isinstance(value, Unknown):
        if not _is_nixpkgs_own(value):
            unreadable.append(value)
    else:
        unreadable.append(Unknown(statement.text, "it should be a list of modules", statement.span))
    return []


def _path_of(value: Any) -> str | None:
    if isinstance(value, PathValue):
        return value.path
    if isinstance(value, str) and value.startswith("/"):
        return str(value)
    return None


def _is_nixpkgs_own(value: Unknown) -> bool:
    """Whether a module that is unknown is one of NixOS' own (`modulesPath + "/…"`): those never declare state of clan.core."""
    return value.text.lstrip("( ").startswith(("modulesPath", '"${modulesPath}', "${modulesPath}"))


def _given(arguments: Attrs, name: str) -> Any:
    if name in arguments:
        return arguments[name]
    return Unknown(name, f"`{name}` is given to modules by NixOS or the flake")


def _tree(text: str, values: Mapping[str, Any]) -> OpenAttrs:
    """Options by dotted names as nested sets, open at every level."""
    groups: dict[str, dict[str, Any]] = {}
    leaves: dict[str, Any] = {}
    for dotted, value in values.items():
        head, _, rest = dotted.partition(".")
        if rest:
            groups.setdefault(head, {})[rest] = value
        else:
            leaves[head] = value
    for head, inner in groups.items():
        leaves[head] = _tree(f"{text}.{head}", inner)
    return OpenAttrs(leaves, text=text, reason=_ONLY_NIXOS)
