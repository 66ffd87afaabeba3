"""The values of the functions' arguments around an expression."""

from __future__ import annotations

from typing import Any

import pytest

from clanback.nix import ast, parse
from clanback.nix.ancestry import Ancestry
from clanback.nix.captured import arguments_around, delayed_call, frame_around
from clanback.nix.evaluator import Evaluator
from clanback.nix.free_variables import children


def around(text: str) -> dict[str, Any]:
    """All arguments of functions around the set that holds `here`, which `text` gives as `x`, with their values."""
    evaluator = Evaluator()
    file = parse(text)
    value = evaluator.evaluate(file)["x"]
    pending: list[ast.Expr] = [file]
    target: ast.AttrSet | None = None
    while pending:
        node = pending.pop()
        if isinstance(node, ast.AttrSet) and "here" in node.attributes:
            target = node
        pending += children(node)
    assert target is not None
    frame = frame_around(value, target)
    if frame is None:
        frame = frame_around(evaluator.force(value), target)
    assert frame is not None
    binders = Ancestry(file).binders(target)
    found = arguments_around(frame, binders)
    return {name: evaluator.force(each) for names in found.values() for name, each in names.items()}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("(a: { x = { here = a + 1; }; }) 5", {"a": 5}),
        ("(a: b: { x = { here = a + b; }; }) 5 6", {"a": 5, "b": 6}),
        ("(a: b: c: { x = { here = a + b; }; }) 5 6 7", {"a": 5, "b": 6, "c": 7}),
        ("(a: b: c: d: { x = { here = a + b; }; }) 5 6 7 8", {"a": 5, "b": 6, "c": 7, "d": 8}),
        ("(a: a: b: { x = { here = a + b; }; }) 5 6 7", {"a": 5, "b": 7}),
        ("let f = a: b: { x = { here = a + b; }; }; g = f 1; in g 2", {"a": 1, "b": 2}),
        ("({ a, b ? 2 }: { x = { here = a + b; }; }) { a = 1; }", {"a": 1, "b": 2}),
        ("(a: let b = 1; c = b; in with { }; rec { d = 1; x = { here = a + d; }; }) 5", {"a": 5}),
        ("(a: { x = rec { here = a + 1; }; }) 5", {"a": 5}),
        ("(a: (a: { x = { here = a + 1; }; }) (a + 1)) 5", {"a": 5}),
        ("(f: f 1 2) (a: b: { x = { here = [ a b ]; }; })", {"a": 1, "b": 2}),
    ],
)
def test_arguments(text: str, values: dict[str, Any]) -> None:
    assert around(text) == values


@pytest.mark.parametrize("function", ["x: name: host: set", "(x: y: name: host: set) 0", "a: b: name: host: set"])
def test_functions_that_have_got_some_arguments_already(function: str) -> None:
    evaluator = Evaluator()
    function = function.replace("set", "{ here = [ name host ]; }")
    file = parse(f"builtins.mapAttrs (({function}) 1 {'2' if function.startswith('a') else ''}) {{ a = 5; }}")
    call = delayed_call(evaluator.evaluate(file)["a"], evaluator.force)
    assert call is not None
    _, body, frame = call
    found = arguments_around(frame, Ancestry(file).binders(body))
    assert {name: value for names in found.values() for name, value in names.items() if name in ("name", "host")} == {
        "name": "a",
        "host": 5,
    }


def test_what_map_attrs_delays() -> None:
    evaluator = Evaluator()
    machines = evaluator.evaluate(parse("builtins.mapAttrs (name: host: { inherit name; }) { a = 5; }"))
    call = delayed_call(machines["a"], evaluator.force)
    assert call is not None
    source, body, frame = call
    assert source.text[body.start : body.end] == "{ inherit name; }"
    assert frame[1:] == ["a", 5]
    evaluator.force(machines["a"])
    assert delayed_call(machines["a"], evaluator.force) is None
