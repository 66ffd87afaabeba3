"""Free variables, and where an expression stands."""

from __future__ import annotations

import pytest

from clanback.nix import ast, parse
from clanback.nix.ancestry import Ancestry
from clanback.nix.free_variables import free_variables
from clanback.nix.scope import GLOBAL_NAMES
from tests.nix.generators import bulk

SCOPE = ("a", "b", "c", "lib")


def free(text: str) -> set[str]:
    return set(free_variables([parse(text, scope=SCOPE)]))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a", {"a"}),
        ("a: a b", {"b"}),
        ("{ a, b ? c, ... }: a", {"c"}),
        ("args@{ a ? args, ... }: args", set()),
        ("let a = b; b = 1; in a c", {"c"}),
        ("let inherit a; inherit (b) c; in a c", {"a", "b"}),
        ("let a = a; in a", set()),
        ("rec { a = b; inherit c; d = a; }", {"b", "c"}),
        ("rec { inherit a; b = a; }", {"a"}),
        ("{ a = b; }", {"b"}),
        ("{ a.b.c = c; ${b} = 1; }", {"b", "c"}),
        ('"x ${a} ${"y ${b}"}"', {"a", "b"}),
        ("./x/${a}", {"a"}),
        ("a.b or c", {"a", "c"}),
        ("a ? ${b}", {"a", "b"}),
        ("with a; b", {"a", "b"}),
        ("if a then b else c", {"a", "b", "c"}),
        ("assert a; b -> !c", {"a", "b", "c"}),
        ("let { body = a; b = 1; }", {"a"}),
        ("map (x: x) [ a ]", {"map", "a"}),
    ],
)
def test_names_from_around(text: str, names: set[str]) -> None:
    assert free(text) == names


def test_names_that_a_with_may_give() -> None:
    found = free_variables([parse("[ (with lib; a) b (with a; b) ]", scope=SCOPE)])
    assert not found["a"].always_in_with
    assert not found["b"].always_in_with
    found = free_variables([parse("with lib; with a; b", scope=SCOPE)])
    assert found["b"].always_in_with
    assert [[type(scope).__name__ for scope in around] for around in found["b"].scopes] == [["Var", "Var"]]
    assert found["a"].scopes[0] == (parse("lib", scope=SCOPE).expr,)


def test_what_the_parser_accepts_has_no_free_variables_but_global_ones() -> None:
    """The parser finds undefined variables in its own way (`scope`): both must agree on every program."""
    for text in bulk(300, seed=7):
        unexplained = {name for name, found in free_variables([parse(text)]).items() if not found.always_in_with}
        assert unexplained <= GLOBAL_NAMES, text


def test_binders_from_the_inside_out() -> None:
    file = parse("{ a, ... }: with a; let b = 1; in rec { c = x: [ (with b; c) ]; }")
    found = next(node for node in _all(file) if isinstance(node, ast.Var) and node.name == "c")
    assert [type(binder).__name__ for binder in Ancestry(file).binders(found)] == [
        "With",
        "Lambda",
        "AttrSet",
        "Let",
        "With",
        "Lambda",
    ]


def test_the_scope_of_a_with_is_not_inside_it() -> None:
    file = parse("a: with a; 1")
    used = next(node for node in _all(file) if isinstance(node, ast.Var))
    assert [type(binder).__name__ for binder in Ancestry(file).binders(used)] == ["Lambda"]


def _all(file: ast.File) -> list[ast.Expr]:
    from clanback.nix.free_variables import children

    found: list[ast.Expr] = []
    pending: list[ast.Expr] = [file]
    while pending:
        node = pending.pop()
        found.append(node)
        pending += children(node)
    return found
