"""Text for terminals: what comes from the input must neither steer the terminal nor shift what stands below it."""

from __future__ import annotations

TAB = "    "

_BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def safe(text: str) -> str:
    """`text` with every character that is not printed as itself shown instead of sent: `␛` for escape, `␊` for a line
    end, `<U+202E>` for bidi controls."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([shown(character) for character in text])


def shown(character: str) -> str:
    """How one character is shown."""
    code = ord(character)
    if character == "\t":
        return TAB
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures, one column each
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code < 0xA0 or character in _BIDI or 0xD800 <= code < 0xE000 or code in (0x2028, 0x2029, 0xFEFF):
        return f"<U+{code:04X}>"
    return character


def width(character: str) -> int:
    """How many columns the character takes as it is shown."""
    text = shown(character)
    if text.isascii():
        return len(text)
    import unicodedata

    if unicodedata.combining(text) or unicodedata.category(text) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(text) in ("W", "F") else 1


def counted(number: int, noun: str) -> str:
    """`1 job`, `2 jobs`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
