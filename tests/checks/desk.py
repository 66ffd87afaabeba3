"""A desk to try commands at: a folder with a clan, a home, and what the commands print, the same every time and everywhere."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from clanback.cli import main
from clanback.cli.text import Style, render_all
from clanback.diagnostics import Diagnostic

CLAN = """{
  meta.name = "home"; meta.domain = "home.example";
  inventory.machines.laptop.deploy.targetHost = "root@laptop.home.example";
  inventory.machines.server.deploy.targetHost = "root@server.home.example";
  inventory.instances.sshd.roles.server.tags.all = { };
  inventory.instances.borgbackup = {
    roles.client.machines.laptop = { };
    roles.server.machines.server = { };
  };
  machines.laptop.clan.core.state.docs.folders = [ "/home" ];
}
"""


class Desk:
    """Where somebody sits: `place/clan` is their repository, `place/home` their home."""

    def __init__(self, place: Path) -> None:
        self.folder, self.home = place / "clan", place / "home"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(exist_ok=True)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the repository."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def type(self, *words: str, stdin: bytes = b"", shown: str | None = None, terminal: bool = False, **environment: str) -> str:
        """What somebody types and what clanback prints; `shown` is the command line where a shell writes it otherwise."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("AGE_", "SOPS_", "XDG_", "GIT_", "SSH_"))
        }
        given = {**kept, "HOME": str(self.home), "COLUMNS": "100", "GIT_CONFIG_GLOBAL": "/dev/null", **environment}
        streams = [io.TextIOWrapper(io.BytesIO(content), "utf-8") for content in (stdin, b"", b"")]
        streams[0].isatty = lambda: terminal  # type: ignore[method-assign]
        with contextlib.ExitStack() as opened:
            opened.enter_context(contextlib.chdir(self.folder))
            opened.enter_context(mock.patch.dict(os.environ, given, clear=True))
            opened.enter_context(mock.patch.multiple(sys, stdin=streams[0], stdout=streams[1], stderr=streams[2]))
            opened.enter_context(mock.patch("clanback.vars.hygiene.keep_memory_private"))  # it would be pytest's memory
            main(list(words))
            for stream in streams[1:]:
                stream.flush()
        out, err = (stream.buffer.getvalue().decode() for stream in streams[1:])  # type: ignore[attr-defined]
        variables = "".join(f"{name}={value!r} ".replace("''", '""') for name, value in environment.items())
        line = shown or " ".join(("clanback", *words))
        return self.same_everywhere(f"$ {variables}{line}\n{out}{err}")

    def prints(self, command: str, diagnostics: Sequence[Diagnostic]) -> str:
        """What a command prints of what it found, where the machines that it asks are not here."""
        return self.same_everywhere(f"$ {command}\n{render_all(diagnostics, Style(on=False))}")

    def same_everywhere(self, text: str) -> str:
        """Without the folders, keys and dates of this run, and the number of files that are rendered just now."""
        text = text.replace(str(self.folder), "/srv/clan").replace(str(self.home), "/home/you")
        text = re.sub(r"\bage1[02-9ac-hj-np-z]{58}\b", "age1…", text)
        text = re.sub(r"\b20\d\d-\d\d-\d\d\b", "2026-11-25", text)
        text = re.sub(r"\(files: \d+ new", "(files: 20 new", text)
        text = re.sub(r"(?<=\d)T\d\d:\d\d:\d\d\b", "T12:00:00", text)
        return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"
