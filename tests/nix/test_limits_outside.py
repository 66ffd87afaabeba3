"""Limits hold, as diagnostics, also where other rooms walk through values with Python's own tools."""

from __future__ import annotations

import pytest

from clanback.nix import Evaluator, parse
from clanback.nix.errors import LimitError
from clanback.nix.limits import Limits


def test_too_many_calls_inside_a_generator_is_a_diagnostic() -> None:
    evaluator = Evaluator(limits=Limits(calls=1000))
    value = evaluator.evaluate(parse("let f = n: if n == 0 then 0 else f (n - 1); in { a = f 5000; }"))
    with pytest.raises(LimitError) as caught:
        evaluator.guarded(lambda: [one for one in (evaluator.force(value["a"]) for _ in range(2)) if one])
    assert caught.value.code == "CB192"
