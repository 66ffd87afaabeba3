"""The filters of our templates, and what may be output by one.

| filter | makes |
|---|---|
| `nix(indent)` | a literal, its further lines indented |
| `name` | an attribute's name |
| `path` | a path expression |
| `comment` | text of a comment |
| `lines(indent)` | the lines of an indented string |
| `shell` | one word of a shell script |
"""

from __future__ import annotations

from typing import Any

from clanback.render.literals import NixExpression, comment, indented, literal, name, path, shell_word


def _shell(value: str) -> NixExpression:
    return NixExpression(shell_word(value))


FILTERS = {"nix": literal, "name": name, "path": path, "comment": comment, "lines": indented, "shell": _shell}


def finalize(value: Any) -> str:
    """Let through what a filter made; refuse plain values, which would reach the file unquoted."""
    if type(value) is NixExpression:
        return value
    raise TypeError(f"a template outputs {type(value).__name__} without a filter: {value!r}")
