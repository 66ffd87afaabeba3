"""Inventory and Plan as plain values and back, with cattrs: `structure(unstructure(x), type(x)) == x`.

`cattrs` is imported when first used: nothing that renders needs it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")


def unstructure(value: Any) -> Any:
    """JSON-like values (`dict`, `list`, `str`, numbers, `bool`, `None`) of an Inventory, a Plan or a part of one."""
    return _converter().unstructure(value)


def structure(value: Any, cls: type[T]) -> T:
    """The `cls` that `value`, from `unstructure`, stands for; cattrs' errors if it does not."""
    return _converter().structure(value, cls)


@lru_cache(maxsize=1)
def _converter() -> Converter:
    from collections.abc import Mapping

    import attrs
    import cattrs
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

    from clanback import diagnostics
    from clanback.inventory import model as inventory
    from clanback.plan import model as plan

    # The models name these under TYPE_CHECKING only; cattrs has to find them.
    names = {**vars(diagnostics), **vars(inventory), **vars(plan), "Mapping": Mapping, "Any": Any}
    converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})

    def mixed(marked: type) -> Any:
        """A text or a `marked`."""

        def read(value: Any, _: Any) -> Any:
            return value if isinstance(value, str) else converter.structure(value, marked)

        return read

    for marked in (inventory.UnknownText, inventory.RepositoryPath, plan.PublicValue):
        converter.register_structure_hook(str | marked, mixed(marked))
        converter.register_unstructure_hook(
            str | marked, lambda value: value if isinstance(value, str) else converter.unstructure(value)
        )
    converter.register_structure_hook(diagnostics.Source, _read_source)
    converter.register_unstructure_hook(diagnostics.Source, lambda s: {"name": s.name, "text": s.text, "path": s.path})
    for module in (diagnostics, inventory, plan):
        for cls in vars(module).values():
            if isinstance(cls, type) and attrs.has(cls) and cls.__module__ == module.__name__:
                attrs.resolve_types(cls, globalns=names)
                # Sources are texts of files, not facts about the clan: an Inventory is the same without them.
                left_out = {"sources": override(omit=True)} if cls is inventory.Inventory and hasattr(cls, "sources") else {}
                converter.register_structure_hook(cls, make_dict_structure_fn(cls, converter, **left_out))
                converter.register_unstructure_hook(cls, make_dict_unstructure_fn(cls, converter, **left_out))
    return converter


def _read_source(value: Any, _: Any) -> Any:
    from clanback.diagnostics import Source

    return Source(value["name"], value["text"], value["path"])
