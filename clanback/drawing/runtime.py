"""What the page's compiled templates need to run, without importing Jinja2: as `render.runtime`, but values are escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.drawing.markup import Markup, escape
from clanback.render import runtime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["TemplateRuntimeError", "Undefined", "environment", "escape", "internalcode", "missing", "page_template"]

missing = runtime.missing
internalcode = runtime.internalcode
TemplateRuntimeError = runtime.TemplateError
Undefined = runtime.undefined


class Environment(runtime.Environment):
    """The part of `jinja2.Environment` that compiled code uses."""

    filters = {"length": len}  # noqa: RUF012


environment = Environment()


def page_template(name: str, **names: Any) -> Markup:
    """The text of `templates/page/<name>.j2` with `names`."""
    from clanback.drawing import _compiled

    template: Callable[[runtime.Context], Iterator[str]] = _compiled.TEMPLATES[name]
    return Markup("".join(template(runtime.Context(names))))
