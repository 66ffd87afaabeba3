"""The Jinja2 environment of the page's templates; used to compile them ahead (`scripts/compile_templates.py`) and by tests.

Another one than that of Nix templates: here every value is escaped for HTML unless it is `Markup`, there only quoted Nix may be
output.
"""

from __future__ import annotations

import jinja2

from clanback.render.environment import SYNTAX, templates_folder


def load_template(name: str) -> str:
    """The text of `templates/page/<name>.j2`."""
    return (templates_folder() / "page" / f"{name}.j2").read_text(encoding="utf-8")


def template_names() -> list[str]:
    """The names of all templates of the page, without `.j2`, sorted."""
    return sorted(path.name.removesuffix(".j2") for path in (templates_folder() / "page").glob("*.j2"))


def make_environment() -> jinja2.Environment:
    """An environment that escapes, with the delimiters of our other templates, strict about undefined names."""
    made = jinja2.Environment(
        **SYNTAX,
        autoescape=True,
        loader=jinja2.FunctionLoader(load_template),
    )
    made.filters = {"length": len}
    made.tests = {}
    made.globals = {}
    return made
