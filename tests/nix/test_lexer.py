"""The lexical rules of Nix, one line each."""

from __future__ import annotations

import pytest

from clanback.diagnostics import Source
from clanback.nix import NixSyntaxError, parse
from clanback.nix.ast import String
from clanback.nix.lexer import TERMINALS
from clanback.nix.token_places import places


def _tokens(text: str) -> list[str]:
    source = Source("<test>", text)
    return [f"{TERMINALS[kind]}:{text[start:end]}" if kind < 15 else TERMINALS[kind] for kind, start, end in places(source)][:-1]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("x:x", ["URI:x:x"]),
        ("x: x", ["ID:x", ":", "ID:x"]),
        ("x/2", ["PATH:x/2"]),
        ("x /2", ["ID:x", "PATH:/2"]),
        ("x / 2", ["ID:x", "/", "INT:2"]),
        ("a-1", ["ID:a-1"]),
        ("a -1", ["ID:a", "-", "INT:1"]),
        ("a'-b_", ["ID:a'-b_"]),
        ("foo'bar/baz", ["ID:foo'bar", "PATH:/baz"]),
        ("1.", ["FLOAT:1."]),
        (".5", ["FLOAT:.5"]),
        ("1.e3", ["FLOAT:1.e3"]),
        ("1e3", ["INT:1", "ID:e3"]),
        ("a.1", ["ID:a", "FLOAT:.1"]),
        ("00.5", ["INT:00", "FLOAT:.5"]),
        ("a.b.c", ["ID:a", ".", "ID:b", ".", "ID:c"]),
        ("a.b/c", ["PATH:a.b/c"]),
        ("a.b:c", ["URI:a.b:c"]),
        ("a or b", ["ID:a", "or", "ID:b"]),
        ("orb", ["ID:orb"]),
        ("<a/b>", ["SPATH:<a/b>"]),
        ("a <b", ["ID:a", "<", "ID:b"]),
        ("~/x", ["PATH:~/x"]),
        ("//", ["//"]),
        ("-/a", ["PATH:-/a"]),
        ("a->b", ["ID:a-", ">", "ID:b"]),
        ("a ->b", ["ID:a", "->", "ID:b"]),
        ("...", ["..."]),
        ("a++b", ["ID:a", "++", "ID:b"]),
        ("# c\r\na", ["ID:a"]),
        ("/**/a/* b */", ["ID:a"]),
        ("/* a **/ b", ["ID:b"]),
        ('"a"', ['STRING:"a"']),
        ('"$${a}"', ['STRING:"$${a}"']),
        ('"\\${a}"', ['STRING:"\\${a}"']),
        ('"a$"', ['STRING:"a$"']),
        ('"a${b}c"', ['STRING_OPEN:"', "TEXT:a", "${", "ID:b", "}", "TEXT:c", 'STRING_CLOSE:"']),
        ('"${{ }}"', ['STRING_OPEN:"', "${", "{", "}", "}", 'STRING_CLOSE:"']),
        ('"${"}"}"', ['STRING_OPEN:"', "${", 'STRING:"}"', "}", 'STRING_CLOSE:"']),
        ("''a''", ["STRING:''a''"]),
        ("''$${a}''", ["INDENTED_OPEN:''", "TEXT:$${a}", "INDENTED_CLOSE:''"]),
        ("./a${b}c d", ["PATH_OPEN:./a", "${", "ID:b", "}", "TEXT:c", "PATH_CLOSE:", "ID:d"]),
        ("./${b}/c", ["PATH_OPEN:./", "${", "ID:b", "}", "TEXT:/c", "PATH_CLOSE:"]),
        ("./a${b} c", ["PATH_OPEN:./a", "${", "ID:b", "}", "PATH_CLOSE:", "ID:c"]),
        ("a${b}", ["ID:a", "${", "ID:b", "}"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert _tokens(text) == tokens


@pytest.mark.parametrize(
    "text",
    [
        "./",
        "./a/",
        "a/b//c",
        "<a/>",
        '"',
        "''",
        "/*",
        '"${',
        "1 |> 2",
        "9223372036854775808",
        "$",
        "~",
        "~/",
        "^",
        "é",
        "a.1e999",
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(NixSyntaxError):
        parse(text, scope=["a", "c"])


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (r'"\n\r\t\\\"\x"', '\n\r\t\\"x'),
        ('"a\r\nb\rc"', "a\nb\nc"),
        ('"$"', "$"),
        ('"$$"', "$$"),
        ("''''", ""),
        ("''''$''", "$"),
        ("'''''''", "''"),
        ("''a''\\nb''", "a\nb"),
        ("''a''\\b''", "ab"),
        ("''a'b''", "a'b"),
        ("''$$''", "$$"),
        ("''\n  a\n    b\n  ''", "a\n  b\n"),
        ("''\n    a\n  b''", "  a\nb"),
        ("''  a\n  b\n''", "a\nb\n"),
        ("''\n  a\n\n  b\n''", "a\n\nb\n"),
        ("''\n  a\n \n  b\n''", "a\n\nb\n"),
        ("''\n  a\n     \n  b\n''", "a\n   \nb\n"),
        ("''\n\ta\n\t b\n''", "\ta\n\t b\n"),
        ("''\n  a\n     ''", "a\n"),
        ("''   ''", ""),
        ("''\n\n  a''", "\na"),
        ("''\n  ''\\ta\n  b''", "\ta\nb"),
        ("''\n    a\n  ''$b''", "  a\n$b"),
        ("''\r\n  a\r\n''", "\r\n  a\r\n"),
    ],
)
def test_meaning_of_strings(text: str, meaning: str) -> None:
    node = parse(text).expr
    assert isinstance(node, String)
    assert node.parts == ((meaning,) if meaning else ())


LONG = "ab-1." * 60 + "c"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (f"{LONG}/x", [f"PATH:{LONG}/x"]),
        (f"{LONG}/${{b}}c", [f"PATH_OPEN:{LONG}/", "${", "ID:b", "}", "TEXT:c", "PATH_CLOSE:"]),
        ("a" * 300 + ":b", ["URI:" + "a" * 300 + ":b"]),
        ("1" + "a" * 300 + ":b", ["INT:1", "URI:" + "a" * 300 + ":b"]),
        ("_" + "a" * 300 + ":b", ["ID:_" + "a" * 300, ":", "ID:b"]),
        ("a" * 300 + "'b", ["ID:" + "a" * 300 + "'b"]),
        ("x." * 200 + "y", ["ID:x", "."] * 200 + ["ID:y"]),
        ("1+" * 200 + "2", ["INT:1", "+"] * 200 + ["INT:2"]),
        ("1.5" + "0" * 300, ["FLOAT:1.5" + "0" * 300]),
    ],
)
def test_long_runs(text: str, tokens: list[str]) -> None:
    """Runs of 256 characters and more take another way through the lexer, with the same result."""
    assert _tokens(text) == tokens
