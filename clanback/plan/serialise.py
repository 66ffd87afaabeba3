"""Inventory and Plan as plain values and back, with cattrs: `structure(unstructure(x), type(x)) == x`.

`cattrs` is imported when first used: nothing that renders needs it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

_REPOSITORY_PATH = "$path"


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
    from clanback.inventory import origins, own_settings
    from clanback.plan import model as plan

    # The models name these under TYPE_CHECKING only; cattrs has to find them.
    known = {"OwnSettings": own_settings.OwnSettings, "Origin": origins.Origin, "Mapping": Mapping, "Any": Any}
    names = {**vars(diagnostics), **vars(inventory), **vars(plan), **known}
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
    # Settings hold paths of the repository among plain values.
    converter.register_unstructure_hook(inventory.RepositoryPath, lambda value: {_REPOSITORY_PATH: value.path})
    converter.register_structure_hook(
        inventory.RepositoryPath, lambda value, _: inventory.RepositoryPath(value[_REPOSITORY_PATH])
    )
    converter.register_structure_hook_func(lambda wanted: wanted is Any, lambda value, _: _read_any(value))
    models: list[type[Any]] = [own_settings.OwnSettings]
    for module in (diagnostics, inventory, plan):
        models += [c for c in vars(module).values() if isinstance(c, type) and attrs.has(c) and c.__module__ == module.__name__]
    models.remove(inventory.RepositoryPath)
    for cls in models:
        attrs.resolve_types(cls, globalns=names)
        if cls is inventory.Inventory:
            # Sources are texts of files, and origins point into them: no facts about the clan, an Inventory is the same without.
            without = override(omit=True)
            converter.register_structure_hook(cls, make_dict_structure_fn(cls, converter, sources=without, origins=without))
            converter.register_unstructure_hook(cls, make_dict_unstructure_fn(cls, converter, sources=without, origins=without))
        else:
            converter.register_structure_hook(cls, make_dict_structure_fn(cls, converter))
            converter.register_unstructure_hook(cls, make_dict_unstructure_fn(cls, converter))
    return converter


def _read_source(value: Any, _: Any) -> Any:
    from clanback.diagnostics import Source

    return Source(value["name"], value["text"], value["path"])


def _read_any(value: Any) -> Any:
    """Plain values, with the paths of the repository that settings may hold."""
    from clanback.inventory.model import RepositoryPath

    if isinstance(value, dict):
        if list(value) == [_REPOSITORY_PATH]:
            return RepositoryPath(value[_REPOSITORY_PATH])
        return {name: _read_any(inner) for name, inner in value.items()}
    return [_read_any(inner) for inner in value] if isinstance(value, list) else value
