"""Our `lib` against that of a real nixpkgs on generated arguments, evaluated by real Nix: same value or same failure.

It runs where the environment variable CLANBACK_NIXPKGS names a nixpkgs; CLANBACK_NIXPKGS_CALLS is the number of calls of each
function. Our evaluator with nixpkgs' own `lib` is compared too: that finds mistakes of the evaluator.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clanback.diagnostics import DiagnosticError
from clanback.nix import Evaluator, parse
from clanback.nix.errors import EvalError
from clanback.nix.limits import ticks
from clanback.nix.nixpkgs import use
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Unknown
from tests.nix.nix_outcomes import Outcome, alike, plain, theirs
from tests.nix.nixpkgs_functions import FUNCTIONS, calls
from tests.nix.nixpkgs_modules import module_system, type_asked

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

NIXPKGS = os.environ.get("CLANBACK_NIXPKGS")
CALLS = int(os.environ.get("CLANBACK_NIXPKGS_CALLS", "12"))

# What nixpkgs 25.11 does otherwise than the nixpkgs of mid 2025, on which this was written: we do it as 25.11.
LATER = re.compile(r'trivial\.fromHexString|escapeNixIdentifier \("(inherit|if|or|rec|in)"|(toPretty|renderOption).*"if" =')

pytestmark = [pytest.mark.nix, pytest.mark.skipif(NIXPKGS is None, reason="CLANBACK_NIXPKGS names no nixpkgs")]


def generated(strategy: SearchStrategy[str], count: int) -> list[str]:
    """Different texts of a strategy, the same in every run."""
    found: dict[str, None] = {}

    @settings(
        max_examples=count, phases=[Phase.generate], derandomize=True, database=None, deadline=None,
        suppress_health_check=[*HealthCheck],
    )  # fmt: skip
    @given(strategy)
    def collect(text: str) -> None:
        found[text] = None

    collect()
    return list(found)


def evaluator_with_nixpkgs() -> Evaluator:
    assert NIXPKGS is not None
    made = Evaluator("/nonexistent")
    use(made, NIXPKGS)
    return made


# What JSON can tell apart: functions and paths as such, sets with all their attributes. A type in nixpkgs has itself inside.
SHOWN = """let show = x:
  if builtins.isFunction x then [ "function" ] else if builtins.isPath x then [ "path" (toString x) ]
  else if builtins.isList x then [ "list" (map show x) ]
  else if builtins.isAttrs x && x._type or null == "option-type" then [ "type" (show x.name) (show x.description) ]
  else if builtins.isAttrs x then [ "set" (map (n: [ n (show x.${n}) ]) (builtins.attrNames x)) ]
  else x;
in show (
%s
)"""


def outcome(text: str, evaluator: Evaluator) -> Outcome:
    """As `lib_outcomes.outcome`, but what is unknown may lie deep in a value."""
    scope = {"lib": evaluator.lib}
    evaluator.tick = ticks(evaluator.limits)
    try:
        value = evaluator.force_deep(evaluator.evaluate(parse(text, scope=("lib",)), scope))
    except EvalError as error:
        return ("caught",) if error.catchable else ("failed",)
    except DiagnosticError:
        return ("failed",)
    return ("unknown",) if has_unknown(value) else ("value", plain(evaluator, value))


def has_unknown(x: object) -> bool:
    value = force(x)
    if isinstance(value, Attrs):
        return any(has_unknown(value[name]) for name in value)
    return isinstance(value, Unknown) or (isinstance(value, tuple) and any(map(has_unknown, value)))


def compared(texts: list[str], folder: Path) -> list[tuple[str, str, Outcome, Outcome]]:
    """`(whose lib, text, our outcome, Nix')` where they differ. What is unknown to us says nothing."""
    native, real = Evaluator("/nonexistent"), evaluator_with_nixpkgs()
    shown = [SHOWN % text for text in texts]
    native_found, through = ([outcome(text, evaluator) for text in shown] for evaluator in (native, real))
    whole = [f"let lib = import {NIXPKGS}/lib; in {text}" for text in shown]
    found = theirs(whole, folder, through)
    wrong = []
    for whose, ours in (("nixpkgs'", through), ("ours", native_found)):
        wrong += [(whose, t, a, b) for t, a, b in zip(texts, ours, found, strict=True) if a[0] != "unknown" and not alike(a, b)]
    return [one for one in wrong if one[0] == "nixpkgs'" or not LATER.search(one[1])]


@pytest.mark.parametrize("family", FUNCTIONS)
def test_functions(family: str, tmp_path: Path) -> None:
    texts = [text for strategy in calls(family).values() for text in generated(strategy, CALLS)]
    judge(f"{len(calls(family))} functions of {family}", texts, tmp_path)


def test_types(tmp_path: Path) -> None:
    judge("types", generated(st.randoms(use_true_random=False).map(type_asked), 20 * CALLS), tmp_path)


def test_module_systems(tmp_path: Path) -> None:
    judge("module systems", generated(st.randoms(use_true_random=False).map(module_system), 10 * CALLS), tmp_path)


def judge(what: str, texts: list[str], folder: Path) -> None:
    """Fail where there are differences; the whole list goes to the file that CLANBACK_NIXPKGS_REPORT names."""
    wrong = compared(texts, folder)
    report = os.environ.get("CLANBACK_NIXPKGS_REPORT")
    if report:
        with Path(report).open("a", encoding="utf-8") as file:
            file.write(f"## {what}: {len(texts)} expressions, {len(wrong)} differ\n")
            file.writelines(f"{whose} | {text} | {a} | {b}\n" for whose, text, a, b in wrong)
    assert wrong == []
