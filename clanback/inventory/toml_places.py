"""Where the keys of a TOML file are written: `tomllib` reads values but tells no places.

The scanner knows strings, comments, brackets and table headers; of a file that `tomllib` accepts it finds every key outside
inline tables.
"""

from __future__ import annotations

import re

from clanback.diagnostics import Source, Span

_PIECE = re.compile(
    r'''(?P<space>[ \t\r]+) | (?P<comment>\#[^\n]*) | (?P<newline>\n)
      | (?P<long>"""(?:[^\\]|\\.)*?"{3,5} | \'\'\'.*?\'{3,5})
      | (?P<quoted>"(?:[^"\\\n]|\\.)*" | '[^'\n]*')
      | (?P<bare>[A-Za-z0-9_-]+) | (?P<open>[\[{]) | (?P<close>[\]}]) | (?P<other>.)''',
    re.VERBOSE | re.DOTALL,
)

Path = tuple[str, ...]


def key_places(text: str) -> dict[Path, tuple[int, int]]:
    """Offsets (start, end) of the last name of every dotted key and table header, by path; parents at their first mention."""
    found: dict[Path, tuple[int, int]] = {}
    table: Path = ()
    names: list[tuple[str, int, int]] = []
    depth = 0
    in_header = in_value = False
    at_line_start = True
    for match in _PIECE.finditer(text):
        kind, piece = match.lastgroup, match.group()
        if kind in ("space", "comment"):
            continue
        if kind == "newline":
            if depth == 0:
                if in_header:
                    table = _note(found, (), names)
                names, in_header, in_value, at_line_start = [], False, False, True
            continue
        if in_value:
            depth += (kind == "open") - (kind == "close")
            continue
        if kind == "open" and at_line_start:
            in_header, at_line_start = True, False
        elif kind in ("bare", "quoted"):
            at_line_start = False
            names.append((_plain(piece), match.start(), match.end()))
        elif piece == "=" and not in_header:
            _note(found, table, names)
            in_value = True
    if in_header:
        _note(found, (), names)
    return found


def _note(found: dict[Path, tuple[int, int]], table: Path, names: list[tuple[str, int, int]]) -> Path:
    path = table
    for name, start, end in names:
        path = (*path, name)
        found.setdefault(path, (start, end))
    return path


def _plain(piece: str) -> str:
    if piece.startswith("'"):
        return piece[1:-1]
    if not piece.startswith('"'):
        return piece
    import tomllib

    value = tomllib.loads(f"x = {piece}")["x"]
    return str(value)


def reason_of_mistake(problem: Exception) -> str:
    """What tomllib says is wrong, without the place."""
    return re.sub(r" \(at .*\)$", "", str(problem)).lower()


def place_of_mistake(problem: Exception, source: Source) -> Span:
    """The place that tomllib names in its message."""
    match = re.search(r"at line (\d+), column (\d+)", str(problem))
    offset = len(source.text)
    if match is not None:
        offset = source.line_starts()[int(match.group(1)) - 1] + int(match.group(2)) - 1
    return Span(source, min(offset, len(source.text)), min(offset + 1, len(source.text)))
