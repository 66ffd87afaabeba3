"""Builtins on string contexts: the store paths that a string refers to.

A context is a set of texts as Nix encodes them: `PATH` for a plain path, `!OUTPUT!PATH.drv` for an output of a derivation,
`=PATH.drv` for a derivation with everything it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_attrs, force_bool, force_list, force_string, force_string_no_context
from clanback.nix.builtins.registry import builtin
from clanback.nix.errors import EvalError
from clanback.nix.operators import context_of
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, ContextString

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value


def _with_context(text: str, context: frozenset[str]) -> str:
    return ContextString(str.__str__(text), context) if context else str.__str__(text)


@builtin("hasContext", 1)
def _has_context(evaluator: Evaluator, text: Any) -> Value:
    return bool(context_of(force_string(evaluator, text)))


@builtin("unsafeDiscardStringContext", 1)
def _discard(evaluator: Evaluator, text: Any) -> Value:
    return str.__str__(evaluator.coerce_to_string(force(text), copy_paths=True))


@builtin("unsafeDiscardOutputDependency", 1)
def _discard_outputs(evaluator: Evaluator, text: Any) -> Value:
    found = evaluator.coerce_to_string(force(text), copy_paths=True)
    return _with_context(found, frozenset(entry.removeprefix("=") for entry in context_of(found)))


@builtin("addDrvOutputDependencies", 1)
def _add_outputs(evaluator: Evaluator, text: Any) -> Value:
    found = evaluator.coerce_to_string(force(text), copy_paths=True)
    context = context_of(found)
    if len(context) != 1:
        raise EvalError("CB119", f"context of string '{found}' must have exactly one element, but has {len(context)}")
    entry = next(iter(context))
    if entry.startswith("!"):
        raise EvalError(
            "CB119", f"`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as '{entry}'"
        )
    if not entry.endswith(".drv"):
        raise EvalError("CB119", f"path '{entry}' is not a derivation")
    return _with_context(found, frozenset((entry if entry.startswith("=") else "=" + entry,)))


@builtin("getContext", 1)
def _get_context(evaluator: Evaluator, text: Any) -> Value:
    entries: dict[str, dict[str, Any]] = {}
    for entry in sorted(context_of(force_string(evaluator, text))):
        if entry.startswith("="):
            entries.setdefault(entry[1:], {})["allOutputs"] = True
        elif entry.startswith("!"):
            output, _, path = entry[1:].partition("!")
            info = entries.setdefault(path, {})
            info["outputs"] = (*info.get("outputs", ()), output)
        else:
            entries.setdefault(entry, {})["path"] = True
    return Attrs({path: Attrs(info) for path, info in entries.items()})


@builtin("appendContext", 2)
def _append_context(evaluator: Evaluator, text: Any, context: Any) -> Value:
    found = force_string(evaluator, text)
    entries = set(context_of(found))
    given = force_attrs(evaluator, context)
    prefix = evaluator.paths.store + "/"
    for path in sorted(given):
        if not path.startswith(prefix) or len(path) <= len(prefix):
            raise EvalError("CB119", f"context key '{path}' is not a store path")
        info = force_attrs(evaluator, given[path])
        derivation = path.endswith(".drv")
        if "path" in info and force_bool(evaluator, info["path"]):
            entries.add(path)
        if "allOutputs" in info and force_bool(evaluator, info["allOutputs"]):
            if not derivation:
                raise EvalError("CB119", f"tried to add all-outputs context of {path}, which is not a derivation, to a string")
            entries.add("=" + path)
        if "outputs" in info:
            outputs = force_list(evaluator, info["outputs"])
            if outputs and not derivation:
                raise EvalError(
                    "CB119", f"tried to add derivation output context of {path}, which is not a derivation, to a string"
                )
            entries.update(f"!{force_string_no_context(evaluator, output)}!{path}" for output in outputs)
    return _with_context(found, frozenset(entries))
