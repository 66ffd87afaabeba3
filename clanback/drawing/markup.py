"""Text that is HTML or XML already, and what makes other text harmless there.

Everything that comes from a clan goes through `escape`; only what this package writes itself is `Markup`.
"""

from __future__ import annotations

import re

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})
_IMPOSSIBLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
)
"""What XML cannot hold, and what turns the direction of text."""


class Markup(str):
    """Text that needs no escaping: made by templates and by this package, never from input."""

    __slots__ = ()

    def __html__(self) -> str:
        """What Jinja2 asks, where tests let it draw in place of the compiled templates."""
        return self


def escape(value: object) -> Markup:
    """`value` as text of an element or of a quoted attribute; what cannot be shown becomes `�`."""
    if isinstance(value, Markup):
        return value
    return Markup(_IMPOSSIBLE.sub("\ufffd", str(value)).translate(_ESCAPES))
