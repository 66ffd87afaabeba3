"""The Jinja2 environment our templates are written for; used to compile them ahead (`scripts/compile_templates.py`) and by tests.

Delimiters that mean nothing in Nix or shell: `<% %>` for statements, `<@ @>` for values, `<# #>` for comments.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from clanback.render.filters import FILTERS, finalize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

SYNTAX: Mapping[str, Any] = {
    "block_start_string": "<%",
    "block_end_string": "%>",
    "variable_start_string": "<@",
    "variable_end_string": "@>",
    "comment_start_string": "<#",
    "comment_end_string": "#>",
    "undefined": jinja2.StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
}
"""How all our templates are written, those of HTML too: their delimiters, and that no undefined name is output."""


def templates_folder() -> Path:
    """Where the templates lie: inside an installed package, or beside it in a checkout."""
    packaged = Path(str(files("clanback"))) / "_templates"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "templates"


def load_template(name: str) -> str:
    """The text of `templates/<name>.j2`."""
    return (templates_folder() / f"{name}.j2").read_text(encoding="utf-8")


def template_names() -> list[str]:
    """The names of all templates, without `.j2`, sorted; but for those of `page/`, which are HTML (`drawing.environment`)."""
    folder = templates_folder()
    names = sorted(p.relative_to(folder).as_posix().removesuffix(".j2") for p in folder.rglob("*.j2"))
    return [name for name in names if not name.startswith("page/")]


def make_environment(filters: dict[str, Callable[..., Any]] | None = None) -> jinja2.Environment:
    """An environment with our delimiters, strict about undefined names and about what may be output."""
    made = jinja2.Environment(  # what is output is Nix, not HTML: `finalize` lets through only quoted text
        **SYNTAX,
        finalize=finalize,
        autoescape=False,  # noqa: S701  # the output is Nix: `finalize` lets through only what a filter quoted
        loader=jinja2.FunctionLoader(load_template),
    )
    made.filters = dict(filters or FILTERS)
    made.tests = {}
    made.globals = {}
    return made
