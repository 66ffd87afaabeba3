"""Derivations as opaque values: their attributes are there, their store paths are unknown, nothing is ever built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import UnknownEncountered, force_attrs, force_bool, force_list, force_string_no_context
from clanback.nix.builtins.registry import OPAQUE, builtin
from clanback.nix.errors import EvalError
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

_REASON = "only Nix knows the store path of a derivation"
_NAME_LENGTH = 211
_NAME_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-._?=")
_LETTERS = "0123456789abcdfghijklmnpqrsvwxyz"


def _outputs(evaluator: Evaluator, arguments: Attrs) -> list[str]:
    if "outputs" not in arguments:
        return ["out"]
    names = [force_string_no_context(evaluator, name) for name in force_list(evaluator, arguments["outputs"])]
    if not names:
        raise EvalError("CB119", "derivation cannot have an empty set of outputs")
    return names


def _described(evaluator: Evaluator, arguments: Attrs) -> str:
    name = force(arguments["name"]) if "name" in arguments else None
    return f"derivation '{name}'" if isinstance(name, str) else "derivation"


def _check(evaluator: Evaluator, arguments: Attrs) -> None:
    """What Nix refuses before it builds anything; what is unknown is left to it."""
    try:
        if "name" in arguments:
            name = str.__str__(force_string_no_context(evaluator, arguments["name"]))
            if not name or name.startswith(".") or len(name) > _NAME_LENGTH or not _NAME_LETTERS.issuperset(name):
                raise EvalError(
                    "CB119", f"invalid derivation name: '{name}'", help="letters, digits and `+-._?=` may stand there"
                )
        for flag in ("__structuredAttrs", "__ignoreNulls"):
            if flag in arguments:
                force_bool(evaluator, arguments[flag])
    except UnknownEncountered:
        pass


def _store_path_of(what: tuple[Evaluator, Attrs, str]) -> Unknown:
    evaluator, arguments, output = what
    _check(evaluator, arguments)
    return Unknown(f"({_described(evaluator, arguments)}).{output}", _REASON)


@builtin("derivation", 1)
def _derivation(evaluator: Evaluator, arguments: Any) -> Value:
    given = force_attrs(evaluator, arguments)
    names = _outputs(evaluator, given)
    made = {name: Attrs(given) for name in names}
    everything = tuple(made.values())
    for name, output in made.items():
        output.update(made)
        output["all"] = everything
        output["drvAttrs"] = given
        output["outPath"] = [_store_path_of, (evaluator, given, name)]
        output["drvPath"] = [_store_path_of, (evaluator, given, "drvPath")]
        output["type"] = "derivation"
        output["outputName"] = name
    return made[names[0]]


@builtin("derivationStrict", 1)
def _derivation_strict(evaluator: Evaluator, arguments: Any) -> Value:
    given = force_attrs(evaluator, arguments)
    if "name" not in given:
        raise EvalError("CB112", "required attribute 'name' missing")
    _check(evaluator, given)
    text = _described(evaluator, given)
    return Attrs({name: Unknown(f"({text}).{name}", _REASON) for name in ("drvPath", *_outputs(evaluator, given))})


@builtin("placeholder", 1)
def _placeholder(evaluator: Evaluator, output: Any) -> Value:
    """`/` and the SHA-256 of `nix-output:NAME` in Nix' base 32."""
    from hashlib import sha256

    name = force_string_no_context(evaluator, output)
    number = int.from_bytes(sha256(f"nix-output:{name}".encode()).digest(), "little")
    return "/" + "".join(_LETTERS[number >> 5 * i & 31] for i in reversed(range(52)))


OPAQUE["outputOf"] = _REASON


@builtin("outputOf", 2)
def _output_of(evaluator: Evaluator, derivation: Any, output: Any) -> Value:
    name = force_string_no_context(evaluator, output)
    return Unknown(f"builtins.outputOf … {name!r}", _REASON)
