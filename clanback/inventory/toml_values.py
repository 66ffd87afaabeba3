"""Values of TOML in messages: how one is written, and how a wrong one would be right."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LONGEST = 40
_UNITS = {"hour": "H", "day": "d", "week": "w", "month": "m", "year": "y"}


def written(value: Any) -> str:
    """A Boolean, number, string or list as TOML has it."""
    if isinstance(value, list):
        return f"[{', '.join(written(one) for one in value)}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (bool, int, float, str)) else str(value)


def shown(value: Any) -> str:
    """A value in a few words: itself where it is short, else what kind it is."""
    text = written(value) if not isinstance(value, dict) else ""
    if text and len(text) <= _LONGEST:
        return text
    kinds = {str: "a string", list: "a list", dict: "a table", int: "an integer", float: "a number"}
    return kinds.get(type(value), "a date or time")


def right_value(name: str, value: Any, accepts: Callable[[Any], bool], example: Any) -> str:
    """What to write for a value that is not accepted: the same otherwise written where that is certain, else an example."""
    for words, candidate in _candidates(value):
        if accepts(candidate):
            return f"{words}: `{name} = {written(candidate)}`"
    return f"write it like this: `{name} = {written(example)}`"


def _candidates(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, str):
        if value.lower() in ("true", "false"):
            yield "leave out the quotes", value.lower() == "true"
        if re.fullmatch(r"[0-9]{1,18}", value):
            yield "leave out the quotes", int(value)
        yield "write it as a list", [value]
        words = value.replace(",", " ").split()
        if len(words) > 1:
            yield "write it as a list", words
        if (span := re.fullmatch(r"\s*([0-9]+)\s*([a-z]+?)s?\s*", value)) is not None and span[2] in _UNITS:
            yield "write it shorter", span[1] + _UNITS[span[2]]
        if (size := re.fullmatch(r"\s*([0-9.]+)\s*([KMGT])(?:i?B)?\s*", value, re.IGNORECASE)) is not None:
            yield "write it shorter", size[1] + size[2].upper()
    elif isinstance(value, bool):
        yield "put it in quotes", written(value)
    elif isinstance(value, (int, float)):
        if value in (0, 1):
            yield "write it as a Boolean", value == 1
    elif isinstance(value, list) and len(value) == 1:
        yield "leave out the brackets", value[0]
