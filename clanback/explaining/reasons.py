"""Sentences about definitions: which held, which lost, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.inventory.model import RepositoryPath
from clanback.inventory.origins import CONDITION_FALSE, DOUBTFUL, HOLDS, OVERRIDDEN, PLAIN_ORDER, PLAIN_PRIORITY
from clanback.modules.interface import Marker, Option
from clanback.modules.show import dotted, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clanback.inventory.origins import Origin

_PRIORITIES = {50: "mkForce", 1000: "mkDefault", 1500: "mkOptionDefault", 10: "mkVMOverride", 40: "mkImageMediaOverride"}
_ORDERS = {500: "mkBefore", 1500: "mkAfter"}

_LEVELS = "lists join in this order: tags (last name first), machine, role; `mkBefore` and `mkAfter` move them"


def priority_name(priority: int) -> str:
    """`mkForce` for 50; empty for a plain definition."""
    if priority == PLAIN_PRIORITY:
        return ""
    return _PRIORITIES.get(priority, f"mkOverride {priority}")


def order_name(order: int) -> str:
    """`mkBefore` for 500; empty for a plain definition."""
    return "" if order == PLAIN_ORDER else _ORDERS.get(order, f"mkOrder {order}")


def fate(origin: Origin, best: int) -> str:
    """What became of one definition, in a few words."""
    marks = ", ".join(filter(None, (priority_name(origin.priority), order_name(origin.order))))
    if origin.fate == OVERRIDDEN:
        said = priority_name(origin.priority) or "a plain definition"
        stronger = priority_name(best) or "a plain definition"
        return f"lost: {said} (priority {origin.priority}) against {stronger} (priority {best})"
    if origin.fate == CONDITION_FALSE:
        return "left out: the condition of its `mkIf` is false"
    if origin.fate == DOUBTFUL:
        return "holds or not: only NixOS knows the condition it depends on"
    return f"holds ({marks})" if marks else "holds"


def best_priority(origins: Sequence[Origin]) -> int:
    """The priority of what holds."""
    return min((origin.priority for origin in origins if origin.fate == HOLDS), default=PLAIN_PRIORITY)


def why(origins: Sequence[Origin], default: str | None) -> str:
    """How the definitions became the value."""
    holding = [origin for origin in origins if origin.holds]
    if not holding:
        left_out = " (no definition holds)" if origins else ""
        return f"nothing sets it{left_out}: this is the default" if default is not None else f"nothing sets it{left_out}"
    parts: list[str] = []
    best = best_priority(holding)
    if any(origin.fate == OVERRIDDEN for origin in origins):
        parts.append(f"the strongest priority wins, which is {best} ({priority_name(best) or 'a plain definition'})")
    if len(holding) > 1:
        parts.append(_together(holding))
    elif not parts:
        parts.append("the only definition")
    return "; ".join(parts)


def _together(holding: Sequence[Origin]) -> str:
    if all(isinstance(origin.value, list) for origin in holding):
        return _LEVELS if any(origin.level for origin in holding) else f"{len(holding)} lists, joined in this order"
    if all(origin.value is None and origin.text.startswith("{") for origin in holding):
        return f"{len(holding)} sets, merged"
    if len({origin.text for origin in holding}) == 1:
        return f"{len(holding)} equal definitions"
    return f"{len(holding)} definitions that must be equal"


def default_text(option: object, *, attribute: str = "") -> str | None:
    """The default of an option as Nix writes it, in words where only the service knows it; None if it must be set."""
    if not isinstance(option, Option) or option.default is Marker.REQUIRED:
        return None
    if option.default is Marker.ATTRIBUTE_NAME:
        return quoted(attribute)
    if option.default is Marker.DECIDED_LATER:
        return "what the service chooses"
    return text_of(option.default)


def text_of(value: Any) -> str:
    """A plain value as Nix writes it, on one line."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, RepositoryPath):
        return f"./{value.path}"
    if isinstance(value, dict):
        inside = " ".join(f"{dotted((name,))} = {text_of(one)};" for name, one in sorted(value.items()))
        return f"{{ {inside} }}" if inside else "{ }"
    if isinstance(value, list | tuple):
        return f"[ {' '.join(text_of(one) for one in value)} ]" if value else "[ ]"
    return str(value)


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, RepositoryPath):
        return f"./{value.path}"
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
