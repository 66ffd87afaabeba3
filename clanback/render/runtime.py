"""What compiled templates need to run, without importing Jinja2 (which takes twice as long as everything else in a render).

`_compiled.py` holds the code that Jinja2's own compiler makes of `templates/*.j2`. That code asks for a context, an environment
and a few names of `jinja2.runtime`; these are theirs, with the meaning that `environment.make_environment` gives them in
Jinja2 itself: undefined names are errors, output is refused unless it is a `NixExpression`. A test renders everything both ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.render.filters import FILTERS, finalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class TemplateError(Exception):
    """A template and the values given to it do not fit: a fault of ours, never of the input."""


missing: Any = object()


def undefined(*, name: str | None = None, **_: Any) -> Any:
    """Called by compiled code where a name has no value."""
    raise TemplateError(f"undefined in template: {name}")


def internalcode(function: Any) -> Any:
    """Compiled code decorates its fallbacks with this; it means nothing here."""
    return function


TemplateRuntimeError = TemplateError
Undefined = undefined


class Environment:
    """The part of `jinja2.Environment` that compiled code uses."""

    undefined = staticmethod(undefined)
    concat = "".join
    filters = FILTERS
    finalize = staticmethod(finalize)

    @staticmethod
    def getattr(value: Any, name: str) -> Any:
        """`value.name` of an object or, for a dict, its item."""
        if isinstance(value, dict):
            if name in value:
                return value[name]
        elif hasattr(value, name):
            return getattr(value, name)
        raise TemplateError(f"undefined in template: {name} of {type(value).__name__}")

    @staticmethod
    def getitem(value: Any, key: Any) -> Any:
        """`value[key]`."""
        try:
            return value[key]
        except (KeyError, IndexError, TypeError):
            raise TemplateError(f"undefined in template: [{key!r}]") from None

    def get_template(self, name: str, _parent: str | None) -> Template:
        """For `include`."""
        from clanback.render import _compiled

        return Template(_compiled.TEMPLATES[name])


class Context:
    """The names a template can see."""

    __slots__ = ("exported_vars", "names", "vars")

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.vars: dict[str, Any] = {}
        self.exported_vars: set[str] = set()

    def resolve_or_missing(self, name: str) -> Any:
        """The value of `name`, or `missing`."""
        if name in self.vars:
            return self.vars[name]
        return self.names.get(name, missing)

    def get_all(self) -> dict[str, Any]:
        """Everything, for an included template."""
        return {**self.names, **self.vars}


class Template:
    """A compiled template: `root_render_func` yields its pieces."""

    __slots__ = ("root_render_func",)

    def __init__(self, root: Callable[..., Iterator[str]]) -> None:
        self.root_render_func = root

    def new_context(self, names: dict[str, Any], _shared: bool, _locals: Mapping[str, Any]) -> Context:
        """The context of an included template."""
        return Context(names)


environment = Environment()


def render_template(name: str, **names: Any) -> str:
    """The text of `templates/<name>.j2` with `names`."""
    from clanback.render import _compiled

    template: Callable[[Context], Iterator[str]] = _compiled.TEMPLATES[name]
    return "".join(template(Context(names)))


def template_names() -> list[str]:
    """The names of all templates."""
    from clanback.render import _compiled

    return list(_compiled.TEMPLATES)
