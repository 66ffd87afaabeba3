"""What `builtins.toXML` writes: a value as an XML document, indented by two spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import UnknownEncountered
from clanback.nix.builtins.serialization import check_depth
from clanback.nix.operators import context_of, is_derivation
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, Closure, PathValue, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

_ESCAPES = str.maketrans({'"': "&quot;", "<": "&lt;", ">": "&gt;", "&": "&amp;", "\n": "&#xA;"})


class XmlWriter:
    """Collects the document in `pieces` and what its strings refer to in `context`."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.pieces: list[str] = []
        self.context: set[str] = set()
        self._seen: set[str] = set()
        self._depth = 0
        self._length = 0

    def document(self, value: Any) -> None:
        """Write the whole document."""
        self.pieces.append("<?xml version='1.0' encoding='utf-8'?>\n")
        self._open("expr")
        self._value(value)
        self._close("expr")

    def _tag(self, name: str, attributes: Mapping[str, str], end: str) -> None:
        shown = "".join(f' {key}="{str.__str__(text).translate(_ESCAPES)}"' for key, text in sorted(attributes.items()))
        line = f"{'  ' * self._depth}<{name}{shown}{end}>\n"
        self._length += len(line)
        if self._length > self.evaluator.limits.string_length:
            raise self.evaluator.too_large("string")
        self.pieces.append(line)

    def _open(self, tag: str, /, **attributes: str) -> None:
        self._tag(tag, attributes, "")
        self._depth += 1

    def _close(self, name: str) -> None:
        self._depth -= 1
        self._tag("/" + name, {}, "")

    def _empty(self, tag: str, /, **attributes: str) -> None:
        self._tag(tag, attributes, " /")

    def _value(self, x: Any) -> None:
        check_depth(self.evaluator, self._depth)
        value = force(x)
        match value:
            case None:
                self._empty("null")
            case bool():
                self._empty("bool", value="true" if value else "false")
            case int():
                self._empty("int", value=str(value))
            case float():
                self._empty("float", value=f"{value:g}")
            case str():
                self.context |= context_of(value)
                self._empty("string", value=value)
            case PathValue():
                self._empty("path", value=value.path)
            case tuple():
                self._open("list")
                for item in value:
                    self._value(item)
                self._close("list")
            case Attrs():
                self._set(value)
            case Closure():
                self._function(value)
            case Unknown():
                raise UnknownEncountered(value)
            case _:
                self._empty("unevaluated")

    def _set(self, value: Attrs) -> None:
        if not is_derivation(value):
            self._open("attrs")
            self._attributes(value)
            self._close("attrs")
            return
        paths = {name: text for name in ("drvPath", "outPath") if (text := self._text(value, name)) is not None}
        self._open("derivation", **paths)
        if paths.get("drvPath") and paths["drvPath"] not in self._seen:
            self._seen.add(paths["drvPath"])
            self._attributes(value)
        else:
            self._empty("repeated")
        self._close("derivation")

    def _text(self, value: Attrs, name: str) -> str | None:
        found: Value = force(value[name]) if name in value else None
        if type(found) is Unknown:
            raise UnknownEncountered(found)
        return found if isinstance(found, str) else None

    def _attributes(self, value: Attrs) -> None:
        for name in sorted(value):
            self._open("attr", name=name)
            self._value(value[name])
            self._close("attr")

    def _function(self, function: Closure) -> None:
        node = function.node
        self._open("function")
        if node.formals is None:
            self._empty("varpat", name=node.param or "")
        else:
            attributes = {"ellipsis": "1"} if node.ellipsis else {}
            if node.param is not None:
                attributes["name"] = node.param
            self._open("attrspat", **attributes)
            for formal in sorted(node.formals, key=lambda formal: formal.name):
                self._empty("attr", name=formal.name)
            self._close("attrspat")
        self._close("function")
