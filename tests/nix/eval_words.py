"""Names, words and numbers that generated programs are made of, chosen to be awkward."""

from __future__ import annotations

NAMES = ("a", "b", "c", "x1", "foo", "bar-baz", "it's", "_u", "Zed", "aa")
QUOTED = ("with space", "a.b", "${x}", "in", "", "ünï", 'q"', "1st", "a\nb")
WORDS = (
    "",
    "a",
    "b",
    "ab",
    "abc",
    "foo",
    "foo-bar",
    "  x ",
    "Ünïcödé",
    "日本",
    "a.b.c",
    "1.2.3",
    "$",
    "$$",
    '"',
    "\\",
    "\n",
    "${",
    "/a/b",
    "tab\there",
    "''",
    "🙂",
)
INTS = (0, 1, 2, 3, 5, 7, 10, -1, -2, -7, 42, 100, 255, 1000, 65536, -4096)
FLOATS = (0.0, 0.5, 1.0, 1.5, 2.0, -0.5, -2.25, 3.75, 100.0, 0.125)
KINDS = ("Int", "Float", "Bool", "String", "List", "Attrs", "Null", "Function", "Path")
SCALARS = ("int", "int", "float", "bool", "str", "str", "null")


def quote(text: str) -> str:
    """A string literal, written independently of the code under test."""
    table = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "$": "\\$"}
    return '"' + "".join(table.get(c, c) for c in text) + '"'
