"""From modules to definitions: functions are called, `imports` followed, `config` taken out.

A module is an attribute set, a function that gives one, or a path to a file with either. The rules are those of `collectModules`
and `unifyModuleSyntax` in nixpkgs' `lib/modules.nix`: breadth first, every file once, and the definitions of what was found
*last* merge *first*.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from clanback.diagnostics import DiagnosticError, error, warning
from clanback.modules.definition import Definition, push_down
from clanback.nix.values import Attrs, Builtin, Closure, OpenAttrs, PathValue, Unknown, type_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clanback.modules.merge import Merger
    from clanback.nix.evaluator import Evaluator

_SYNTAX = frozenset({"_class", "_file", "key", "disabledModules", "imports", "require", "freeformType"})
"""Attributes of a module that are not definitions of options."""
_MOST = 50_000
"""More modules than any clan has: what imports itself without end stops here."""


class Arguments(dict[str, Any]):
    """What module functions are called with. `definitions` are those of the modules, once they are collected: their
    `_module.args` are arguments too.
    """

    __slots__ = ("definitions",)

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__(given)
        self.definitions: list[Definition] = []

    def collected(self, path: tuple[str, ...]) -> list[Definition]:
        """The definitions. Asked for while modules are still being collected they are an infinite recursion."""
        if not self.definitions:
            from clanback.modules.show import dotted
            from clanback.nix.errors import LimitError

            of = f" of `{dotted(path)}`" if path else ""
            raise LimitError(
                "CB191", f"infinite recursion: which modules there are depends on the `options`{of} that they declare"
            )
        return self.definitions

    def late(self, evaluator: Evaluator, unknown: Unknown) -> Any:
        """The argument called `unknown.text` from `_module.args`; unknown if nothing sets it, or while modules are collected."""

        def value() -> Any:
            for definition in self.definitions:
                for step in ("_module", "args", unknown.text):
                    attributes = push_down(evaluator, definition)[0].value if definition is not None else None
                    if not isinstance(attributes, Attrs) or step not in attributes:
                        break
                    definition = definition.child(attributes, step)
                else:
                    return push_down(evaluator, definition)[0].value
            return unknown

        return evaluator.thunk(value)


_IN_REPOSITORY = "if it defines machines or instances, import it from this repository: `./folder/file.nix`"
_ENDLESS = "look for a module that imports ever new ones"


def collect(
    merger: Merger, roots: Sequence[Definition], arguments: Mapping[str, Any], declared: list[Definition] | None = None
) -> list[Definition]:
    """Definitions of sets of options, in the order in which they merge. What is not a module is reported and left out.

    The `options` that modules declare go to `declared`.
    """
    with merger.holding() as held:
        found, disabled = _collected(merger, roots, arguments, frozenset())
    if disabled:  # now that they are known: once more, without them and without what only they import
        found, _ = _collected(merger, roots, arguments, disabled)
    else:
        for diagnostic in held:
            merger.report(diagnostic)
    if declared is not None:
        declared += [module.options for module in found if module.options is not None]
    return [module.config for module in reversed(found)]


class _Found:
    """A module that was read."""

    __slots__ = ("config", "options")

    def __init__(self, config: Definition, options: Definition | None) -> None:
        self.config = config
        self.options = options


def _collected(
    merger: Merger, roots: Sequence[Definition], arguments: Mapping[str, Any], without: frozenset[str]
) -> tuple[list[_Found], frozenset[str]]:
    """Everything but the modules `without`, and the keys of those that are disabled."""
    evaluator = merger.evaluator
    pending: list[Definition] = list(roots)
    seen: set[str] = set(without)
    disabled: set[str] = set()
    twins: list[Definition] = []
    found: list[_Found] = []
    at = 0
    while at < len(pending):
        definition = pending[at]
        at += 1
        if at > _MOST:
            merger.report(error("CB192", f"more than {_MOST} modules import each other", definition.value_span, help=_ENDLESS))
            break
        try:
            module = _open(merger, definition, arguments, seen)
            if module is None:
                continue
            attributes = module.value
            if "key" in attributes:
                key = _text(evaluator.force(attributes["key"]))
                if key is not None and key in seen:
                    twins.append(module)
                    continue
                seen.add(key or "")
            pending += _imported(merger, module)
            disabled |= _disabled(merger, module)
            if "_file" in attributes:
                module.file = _text(evaluator.force(attributes["_file"]))
            options = module.child(attributes, "options") if "options" in attributes else None
            found.append(_Found(_config(module), options))
        except DiagnosticError as problem:
            merger.pass_on(problem, definition)
    if twins and not without:
        disabled |= _disabled_by_twins(merger, twins, arguments, seen)
    return found, frozenset(disabled)


def _imported(merger: Merger, module: Definition) -> list[Definition]:
    """The modules that a module imports."""
    return [
        one
        for place in ("require", "imports")
        if place in module.value
        for one in _imports(merger, module.child(module.value, place))
    ]


def _disabled(merger: Merger, module: Definition) -> set[str]:
    """The keys of the modules that a module disables."""
    evaluator = merger.evaluator
    listed = evaluator.force(module.value["disabledModules"]) if "disabledModules" in module.value else ()
    keys: set[str] = set()
    for item in listed if isinstance(listed, tuple) else ():
        off = evaluator.force(item)
        if isinstance(off, Attrs) and "key" in off:
            off = evaluator.force(off["key"])
        keys.add(_text(off) or "")
    return keys


def _disabled_by_twins(merger: Merger, twins: list[Definition], arguments: Mapping[str, Any], seen: set[str]) -> set[str]:
    """The keys that modules disable, they and what they import, of which another came first under the same key.

    Nothing else of them counts.
    """
    pending, disabled, known = list(twins), set[str](), set[int]()
    for definition in pending:  # which grows
        try:
            value = merger.evaluator.force(definition.value)
            if id(value) in known or len(pending) > _MOST:
                continue
            known.add(id(value))
            module = _open(merger, definition, arguments, seen)
            if module is not None:
                pending += _imported(merger, module)
                disabled |= _disabled(merger, module)
        except DiagnosticError as problem:
            merger.pass_on(problem, definition)
    return disabled


def _open(merger: Merger, definition: Definition, arguments: Mapping[str, Any], seen: set[str]) -> Definition | None:
    """The module's set; None if already seen (a file is known by its path) or unknown."""
    evaluator = merger.evaluator
    value = evaluator.force(definition.value)
    if isinstance(value, PathValue) or (isinstance(value, str) and value.startswith("/")):
        key = value.path if isinstance(value, PathValue) else evaluator.paths.origin(posixpath.normpath(value))
        if key in seen:
            return None
        seen.add(key)
        value = evaluator.force(evaluator.evaluate_file(key))
        definition = Definition(value, file=key)
    if isinstance(value, (Closure, Builtin)) or (isinstance(value, Attrs) and "__functor" in value):
        value = evaluator.force(evaluator.call(value, module_arguments(value, arguments, evaluator)))
    if isinstance(value, Unknown):
        text = " ".join(value.text.split())[:60]
        merger.report(
            warning(
                "CB220",
                f"the imported module `{text}` can only be read by Nix: what it defines is not known here",
                definition.value_span or value.span,
                notes=[value.reason] if value.reason else [],
                help=_IN_REPOSITORY,
            )
        )
        return None
    if not isinstance(value, Attrs):
        merger.report(
            error(
                "CB221",
                f"not a module: expected an attribute set, a function or a path, not {type_name(value)}",
                definition.value_span,
                help="write a set `{ … }`, a function `{ lib, ... }: { … }`, or the path of a file that holds one",
            )
        )
        return None
    return definition.with_value(value)


def module_arguments(function: Any, arguments: Mapping[str, Any], evaluator: Evaluator | None = None) -> Attrs:
    """The attribute set with which to call a module: what it names, unknown values for names nobody knows here."""
    node = function.node if isinstance(function, Closure) else None
    if node is None or node.formals is None:
        text = node.param if node is not None and node.param else "args"
        return OpenAttrs(
            arguments, text=text, reason="`{name}` is given to the module by clan-core or the flake, and not known without Nix"
        )
    given: dict[str, Any] = dict(arguments) if node.ellipsis else {}
    for formal in node.formals:
        if formal.name in arguments:
            given[formal.name] = arguments[formal.name]
        elif formal.default is None:
            reason = (
                f"`{formal.name}` is an argument that clan-core or the flake gives to the module: it is not known without Nix"
            )
            unknown = Unknown(formal.name, reason)
            if evaluator is not None and isinstance(arguments, Arguments):
                given[formal.name] = arguments.late(evaluator, unknown)
            else:
                given[formal.name] = unknown
    return Attrs(given)


def _imports(merger: Merger, definition: Definition) -> list[Definition]:
    found: list[Definition] = []
    for one in push_down(merger.evaluator, definition):
        if isinstance(one.value, tuple):
            found += one.elements(one.value)
        elif isinstance(one.value, Unknown):
            text = " ".join(one.value.text.split())[:60]
            merger.report(
                warning(
                    "CB220",
                    f"`imports` is `{text}`, which can only be read by Nix: what it defines is not known here",
                    one.value_span,
                    help=_IN_REPOSITORY,
                )
            )
        else:
            message = f"`imports` must be a list of modules, not {type_name(one.value)}"
            merger.report(error("CB202", message, one.value_span, help="write a list: `imports = [ ./module.nix ];`"))
    return found


def _config(module: Definition) -> Definition:
    """The definition of the options: `config` where the module is written out, all but the syntax in the short form."""
    attributes: Attrs = module.value
    if "config" in attributes or "options" in attributes:
        if "config" not in attributes:
            return module.with_value(Attrs())
        return module.child(attributes, "config")
    if _SYNTAX.isdisjoint(attributes):
        return module
    kept = {name: value for name, value in attributes.items() if name not in _SYNTAX}
    return module.with_value(Attrs(kept, positions=attributes.positions))


def _text(value: Any) -> str | None:
    if isinstance(value, PathValue):
        return value.path
    return str(value) if isinstance(value, str) else None
