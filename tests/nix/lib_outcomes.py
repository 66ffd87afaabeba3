"""What expressions that use `lib` (and an unknown `pkgs`) come to."""

from __future__ import annotations

from typing import Any

from clanback.nix import Evaluator, parse
from clanback.nix.errors import EvalError
from clanback.nix.values import Unknown, Value
from tests.nix.nix_outcomes import Outcome, plain

_EVALUATOR = Evaluator("/")


def value_of(text: str, evaluator: Evaluator | None = None) -> Value:
    """The value of a text in which `lib` and `pkgs` are known names."""
    used = evaluator or _EVALUATOR
    scope = {"lib": used.lib, "pkgs": Unknown("pkgs", "it is nixpkgs, which only Nix has")}
    return used.evaluate(parse(text, scope=tuple(scope)), scope)


def outcome(text: str, evaluator: Evaluator | None = None) -> Outcome:
    """`("value", plain data)`, `("unknown", source text)`, `("caught",)` for what `tryEval` would catch, or `("failed",)`."""
    used = evaluator or _EVALUATOR
    try:
        found: Any = used.force_deep(value_of(text, used))
    except EvalError as error:
        return ("caught",) if error.catchable else ("failed",)
    return ("unknown", found.text) if isinstance(found, Unknown) else ("value", plain(used, found))
