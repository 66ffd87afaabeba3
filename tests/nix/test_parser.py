"""What the parser makes of texts: trees beside `parser/success/*.nix`, errors beside `parser/error/*.nix`."""

from __future__ import annotations

from pathlib import Path

import pytest

from clanback.nix import NixSyntaxError, parse, parse_file
from clanback.nix.ast import Apply, AttrSet, File
from tests.nix.tree_text import tree_text

FIXTURES = Path(__file__).parent / "parser"


def _names(folder: str) -> list[str]:
    return sorted(path.stem for path in (FIXTURES / folder).glob("*.nix"))


def _golden(path: Path, text: str, update: bool) -> None:
    if update:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", _names("success"))
def test_tree(name: str, update_golden: bool) -> None:
    path = FIXTURES / "success" / f"{name}.nix"
    _golden(path.with_suffix(".tree"), tree_text(parse_file(path)), update_golden)


@pytest.mark.parametrize("name", _names("error"))
def test_error(name: str, update_golden: bool) -> None:
    path = FIXTURES / "error" / f"{name}.nix"
    with pytest.raises(NixSyntaxError) as caught:
        parse_file(path)
    lines = []
    for found in caught.value.diagnostics:
        assert found.span is not None
        lines.append(f"{found.span.line}:{found.span.column} {found.code} {found.message}")
        lines += [f"  {label.span.line}:{label.span.column} {label.message}" for label in found.labels]
        if found.help:
            lines.append(f"  help: {found.help}")
    _golden(path.with_suffix(".errors"), "\n".join(lines) + "\n", update_golden)


def _value(text: str, attribute: str) -> str:
    tree = parse(text).expr
    assert isinstance(tree, AttrSet)
    node = tree.attributes[attribute].expr
    return text[node.start : node.end]


def test_place_of_a_node_in_parentheses_includes_them() -> None:
    assert _value("{ a = ( 1 + 2 ); }", "a") == "( 1 + 2 )"


def test_implicit_set_begins_at_the_first_name_inside() -> None:
    assert _value("{ settings.exclude = [ ]; }", "settings") == "exclude = [ ]"


def test_calls_of_calls_are_one_call_as_in_nix() -> None:
    assert parse("f: (f 1) 2").expr == parse("f: f 1 2").expr


def test_file_knows_its_source() -> None:
    tree = parse("  1 ", "here.nix")
    assert isinstance(tree, File)
    assert (tree.source_file.name, tree.start, tree.end) == ("here.nix", 0, 4)


def test_names_around_a_text_can_be_given() -> None:
    assert parse("x", scope=["x"]).expr == parse("x: x").expr.body  # type: ignore[union-attr]


def test_merged_sets_see_what_nix_lets_them_see() -> None:
    # What goes into a `rec` set is inside it; a `rec` set that goes into another one is none any more.
    assert parse("{ a = rec { x = 1; }; a.y = x; }")
    with pytest.raises(NixSyntaxError, match="undefined variable `y`"):
        parse("{ a = { x = 1; }; a = rec { y = 1; z = y; }; }")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000 + "1" + ")" * 20_000,
        "[" * 20_000 + "]" * 20_000,
        "x: " * 20_000 + "x",
        "{ a = " * 20_000 + "1" + "; }" * 20_000,
        "! " * 20_000 + "true",
        " + ".join(["1"] * 20_000),
        " ++ ".join(["[ ]"] * 20_000),
        "{ " + ".".join(["a"] * 20_000) + " = 1; }",
        '"${' * 20_000 + "1" + '}"' * 20_000,
        "if true then 1 else " * 20_000 + "1",
        "(" * 20_000,
        "{ a = " * 20_000,
    ],
    ids=[
        "parentheses",
        "lists",
        "functions",
        "sets",
        "not",
        "sum",
        "concatenation",
        "path",
        "strings",
        "if",
        "open",
        "open sets",
    ],
)
def test_depth_is_no_problem(text: str) -> None:
    try:
        tree = parse(text)
    except NixSyntaxError as problem:
        codes = {d.code for d in problem.diagnostics}
    else:
        codes = set()
        assert tree == parse(text)
    assert codes <= {"CB001", "CB006"}


def test_old_or_is_a_call() -> None:
    function = parse("with { }; f: f or 1").expr.body  # type: ignore[union-attr]
    assert isinstance(function.body, Apply)
    assert [type(argument).__name__ for argument in function.body.arguments] == ["Var", "Int"]
