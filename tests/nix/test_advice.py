"""The help lines of errors in texts that are not Nix, and of variables that there are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.nix import NixSyntaxError, parse
from clanback.nix.advice import of_character

if TYPE_CHECKING:
    from clanback.diagnostics import Diagnostic

OR_TEXT = "define it in a `let`, take it as an argument, or put it in quotes if it is text: "
OR_SHELL = "define it in a `let`, or take it as an argument; for the shell's variable write "
ATTRIBUTES = "attributes are written `name = value;`"


def helps(text: str) -> list[str | None]:
    with pytest.raises(NixSyntaxError) as caught:
        parse(text)
    return [found.help for found in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "help_line"),
    [
        ('"echo ${HOME}"', "for the shell's variable write `\\${HOME}`"),
        ("''echo ${HOME}''", "for the shell's variable write `''${HOME}`"),
        ("\"a ${ (x: ''${HOME}'') 1 }\"", "for the shell's variable write `''${HOME}`"),
        ("''a ${ (x: \"${HOME}\") 1 }''", "for the shell's variable write `\\${HOME}`"),
        ("''echo ${i}''", OR_SHELL + "`''${i}`"),
        ('"${ { ${HOME} = 1; } }"', OR_TEXT + '`"HOME"`'),
        ("./a/${HOME}", OR_TEXT + '`"HOME"`'),
        ("HOME", OR_TEXT + '`"HOME"`'),
        ("True", "write `true`"),
        ("None", "write `null`"),
        ("yes", 'write `true`, or put it in quotes if it is text: `"yes"`'),
        ("readFile ./x", "write `builtins.readFile`"),
        ("mkForce 1", "write `lib.mkForce`, and take `lib` as an argument: `{ lib, ... }: …`"),
        ("let laptop = 1; in latpop", "did you mean `laptop`?"),
        (
            "{ a = 1 // comment\n; }",
            "if it is a comment: comments begin with `#`; if it is a variable, define it in a `let` or take it as an argument",
        ),
    ],
)
def test_undefined_variables(text: str, help_line: str) -> None:
    assert helps(text) == [help_line]


@pytest.mark.parametrize(
    ("text", "help_line"),
    [
        ("{ a = “x”; }", 'the quotes of Nix are straight: replace `“` by `"`'),
        ("{ a = 'x'; }", "texts are in double quotes: replace `'` by `\"`"),
        ("{ a\u00a0= 1; }", "replace it by an ordinary space"),
        ("{ a\u200b= 1; }", "remove it"),
        ("1 – 1", "replace `–` by the hyphen of the keyboard, `-`"),  # noqa: RUF001
        ("{ bär = 1; }", 'names have plain letters, digits, `_`, `-` and `\'`: put another one in quotes, as in `"bär"`'),
        ("$HOME", "a variable is written without `$`; in a string it is `${name}`"),
        ("a & b", "`&&` is the logical and"),
        ("{ a = 1 }", "add `;`"),
        ("{ a = 1; b = 2\nc = 3; }", "add `;`"),
        ("{ a = 1;", "add `}`"),
        ("[ { ] }", "add `}` before it, or write it in place of `]`"),
        ("{ a : 1; }", ATTRIBUTES),
        ("{ a == 1; }", ATTRIBUTES),
        ("{ a = 1; // what for\n}", "comments begin with `#`"),
        ("[ 1, 2 ]", "separate the elements with spaces, and put calls in parentheses"),
        ("{ a = ; }", "write the attribute's value after `=`, or remove the attribute"),
        ("{ a = 1 + ; }", "`+` needs a value on its right side: write it, or remove the operator"),
        ("{ a = / 1; }", "`/` needs a value on its left side: write it, or remove the operator"),
        ("a = 1;", "attributes stand in a set: `{ name = value; }`"),
        ("{ a = 1; a = 2; }", "remove one of the two, or join their values into one"),
        ('"x', 'add `"` where the string ends'),
        ("if true 1 else 2", "add `then` and what comes after the condition of `if`"),
    ],
)
def test_syntax_errors(text: str, help_line: str) -> None:
    assert helps(text)[0] == help_line


@given(st.characters())
def test_every_character_has_a_name_and_an_advice(character: str) -> None:
    assert all(of_character(f"a{character}b", 1))


@given(
    st.lists(st.sampled_from(["{", "}", "[", "]", "(", ")", "=", ";", ":", ",", "a", "1", '"x"', "let", "in", "if", "+", "..."]))
)
def test_every_syntax_error_says_what_to_do(tokens: list[str]) -> None:
    found: tuple[Diagnostic, ...] = ()
    try:
        parse(" ".join(tokens))
    except NixSyntaxError as wrong:
        found = wrong.diagnostics
    assert [one.message for one in found if not one.help] == []
