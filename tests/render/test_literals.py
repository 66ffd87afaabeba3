"""Every value that reaches a rendered file reads back, in real Nix, as exactly that value."""

from __future__ import annotations

import json
import random
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clanback.diagnostics import DiagnosticError
from clanback.nix import Evaluator, parse
from clanback.render.filters import finalize
from clanback.render.literals import NixExpression, comment, indented, literal, name, path, shell_word, string

if TYPE_CHECKING:
    from pathlib import Path

# Characters that mean something to Nix, to shells or to terminals come up often.
ALPHABET = st.one_of(
    st.sampled_from("$${}''\"\\\n\r\t `;#/~ab \x1b\u2028é😀"), st.characters(codec="utf-8", exclude_characters="\0")
)
TEXTS = st.text(ALPHABET, max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(-1e15, 1e15, allow_subnormal=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def ours(text: str) -> Any:
    """What our own evaluator makes of an expression, as plain Python."""
    evaluator = Evaluator()
    return _plain(evaluator.force_deep(evaluator.evaluate(parse(text))))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item[1] if isinstance(item, list) else item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item[1] if isinstance(item, list) else item) for key, item in value.items()}
    return value


def nix(expression: str, folder: Path) -> Any:
    """What real Nix makes of an expression."""
    file = folder / "expression.nix"
    file.write_text(expression, encoding="utf-8", newline="")
    done = subprocess.run(["nix-instantiate", "--eval", "--strict", "--json", str(file)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return json.loads(done.stdout)


@given(TEXTS)
@settings(max_examples=300)
def test_a_string_reads_back_as_itself(text: str) -> None:
    assert ours(string(text)) == text


@given(TEXTS)
@settings(max_examples=300)
def test_the_lines_of_an_indented_string_read_back_as_the_text(text: str) -> None:
    # What templates use it for are shell scripts: they begin at the margin and end with a line feed.
    text = "echo\n" + text.replace("\r", "") + "\n"
    assert ours(f"''\n{indented(text, 4)}\n  ''") == text


@given(VALUES)
@settings(max_examples=300)
def test_a_literal_reads_back_as_its_value(value: Any) -> None:
    assert ours(literal(value, 6)) == value


@given(TEXTS.filter(bool))
@settings(max_examples=200)
def test_a_name_is_one_attribute(text: str) -> None:
    assert ours(f"{{ {name(text)} = 1; }}") == {text: 1}


@pytest.mark.nix
def test_scripts_survive_indented_strings_and_real_nix(tmp_path: Path) -> None:
    chance = random.Random(7)
    special = ["$", "{", "}", "''", '"', "\\", "\n", "\t", "${", "$${", "''${", "'${", "'''${", "'", "''\\", "  ", "a"]
    texts = ["x" + "".join(chance.choice(special) for _ in range(chance.randrange(12))) + "\n" for _ in range(20_000)]
    written = "[\n" + "\n".join(f"''\n{indented(text, 4)}\n  ''" for text in texts) + "\n]"
    assert nix(written, tmp_path) == texts


@pytest.mark.nix
def test_shell_words_survive_the_shell() -> None:
    chance = random.Random(3)
    words = ["".join(chance.choice("a'\"$`\\ \n*?~!#;&|é-") for _ in range(chance.randrange(8))) for _ in range(500)]
    script = "printf '%s\\0' " + " ".join(shell_word(word) for word in words)
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\0")[:-1] == words


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("./a", "./a"),
        ("../../modules/x.nix", "../../modules/x.nix"),
        ("../..", "../../."),
        ("..", "../."),
        ("../../my modules/x.nix", '(../../. + "/my modules/x.nix")'),
        ("./${x}", '(./. + "/\\${x}")'),
        ("/srv/clan", "/srv/clan"),
        ("/srv/my clan/x", '(/. + "/srv/my clan/x")'),
    ],
)
def test_paths_are_literals_where_nix_can_read_them(text: str, written: str) -> None:
    assert path(text) == written
    parse(written)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ([], "[ ]"),
        ([1], "[ 1 ]"),
        ([-1], "[ (-1) ]"),
        (["a", "b"], '[\n  "a"\n  "b"\n]'),
        ({}, "{ }"),
        ({"a": True, "b c": None}, '{\n  a = true;\n  "b c" = null;\n}'),
        (1e-7, "1.0e-07"),
        (-(2**63), "(-9223372036854775807 - 1)"),
    ],
)
def test_literals_are_written_in_nixfmts_style(value: Any, written: str) -> None:
    assert literal(value) == written


@pytest.mark.parametrize("text", ["\0", "a\ud800b"])
def test_what_no_nix_string_can_hold_is_an_error(text: str) -> None:
    with pytest.raises(DiagnosticError, match="CB604"):
        string(text)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, float("nan"), float("inf")])
def test_numbers_that_nix_does_not_have_are_errors(number: float) -> None:
    with pytest.raises(DiagnosticError, match="CB604"):
        literal(number)


def test_a_comment_cannot_end_its_line_or_reach_the_terminal() -> None:
    assert comment("a\nb\x1b[31m\u2028") == "a\\nb\\x1b[31m\\u2028"


def test_templates_can_output_only_what_a_filter_made() -> None:
    assert finalize(NixExpression("x")) == "x"
    with pytest.raises(TypeError, match="without a filter"):
        finalize("x")
