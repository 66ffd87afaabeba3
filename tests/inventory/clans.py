"""Clans written in a test: laid out in a folder, loaded and resolved."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from clanback import inventory
from clanback.diagnostics import Diagnostic, DiagnosticError, Severity
from clanback.modules import types
from clanback.modules.interface import ATTRIBUTE_NAME, DECIDED_LATER, Option, OptionSet, ServiceInterface

if TYPE_CHECKING:
    from clanback.inventory.model import Inventory

# An interface of the tests' own: what is tested here are the rules, not the services.
DESTINATION = OptionSet(
    {
        "name": Option(types.string, default=ATTRIBUTE_NAME),
        "repo": Option(types.string),
        "rsh": Option(types.string, default=DECIDED_LATER),
    }
)
INTERFACES = {
    "borgbackup": ServiceInterface(
        "borgbackup",
        {
            "client": OptionSet(
                {
                    "startAt": Option(types.string, default="01:00"),
                    "exclude": Option(types.list_of(types.string), default=[]),
                    "destinations": Option(types.attrs_of(types.submodule(DESTINATION, plain=True)), default={}),
                }
            ),
            "server": OptionSet({"address": Option(types.null_or(types.string), default=None)}),
        },
    )
}
MACHINES = 'inventory.machines = { a.tags = [ "t1" ]; b.tags = [ "t1" "t2" ]; c.tags = [ "t2" ]; srv = { }; };'


@attrs.frozen
class Resolved:
    """An inventory and what was said about it."""

    inventory: Inventory | None
    found: tuple[Diagnostic, ...]

    @property
    def it(self) -> Inventory:
        assert self.inventory is not None, [d.message for d in self.found]
        return self.inventory

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.found if d.severity is Severity.ERROR]

    @property
    def codes(self) -> list[str]:
        return [d.code for d in self.found if d.severity is not Severity.INFO]

    def only(self) -> Diagnostic:
        """The one finding that is more than information."""
        found = [d for d in self.found if d.severity is not Severity.INFO]
        assert len(found) == 1, [d.message for d in found]
        return found[0]

    def settings(self, instance: str, role: str, machine: str) -> Any:
        return self.it.instances[instance].roles[role].members[machine]

    def members(self, instance: str, role: str) -> list[str]:
        return list(self.it.instances[instance].roles[role].members)


def resolved(text: str | None = None, files: dict[str, str | bytes] | None = None, *, path: str = "") -> Resolved:
    """Resolve the clan whose clan.nix is `text`, with `files` beside it; `path` within it is what is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lay_out(root, text, files)
        return resolve_at(root / path)


def lay_out(root: Path, text: str | None, files: dict[str, str | bytes] | None = None) -> None:
    for name, content in {**({"clan.nix": text} if text is not None else {}), **(files or {})}.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())


def resolve_at(path: Path) -> Resolved:
    try:
        config = inventory.load(path)
        made = inventory.resolve(config, INTERFACES)
    except DiagnosticError as stop:
        return Resolved(None, stop.diagnostics)
    return Resolved(made, made.diagnostics)


def clan(body: str) -> Resolved:
    """A clan with name, machines a, b, c, srv, and `body` inside its set."""
    return resolved('{ meta.name = "test"; ' + MACHINES + "\n" + body + "\n}")


def place(diagnostic: Diagnostic) -> tuple[int, int]:
    """Line and column."""
    assert diagnostic.span is not None
    return diagnostic.span.line, diagnostic.span.column


def text(diagnostic: Diagnostic) -> str:
    """What is underlined."""
    assert diagnostic.span is not None
    return diagnostic.span.text
