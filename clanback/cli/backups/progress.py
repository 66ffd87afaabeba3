"""Progress on a terminal, drawn by rich, on stderr; nothing where there is no terminal."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from clanback.cli.colour import wanted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from clanback.backups.protocol import Answer


def _shown(options: argparse.Namespace) -> bool:
    return not options.quiet and sys.stderr.isatty() and wanted(options.color, sys.stderr)


@contextlib.contextmanager
def machines_done(verb: str, machines: Sequence[str], options: argparse.Namespace) -> Iterator[Callable[[str], None] | None]:
    """A bar that counts machines; what it yields is called with each that is done."""
    if len(machines) < 2 or not _shown(options):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(verb, total=len(machines))

        def ended(_: str) -> None:
            progress.advance(task)

        yield ended


@contextlib.contextmanager
def percent_done(verb: str, options: argparse.Namespace) -> Iterator[Callable[[int, int], None] | None]:
    """A bar over Borg's work on this computer; what it yields is called with how much is done and the whole."""
    with bytes_done(verb, options) as heard:
        if heard is None:
            yield None
        else:
            yield lambda done, total: heard({"type": "progress", "done": done, "total": total})


@contextlib.contextmanager
def bytes_done(verb: str, options: argparse.Namespace) -> Iterator[Callable[[Answer], None] | None]:
    """A bar over the bytes of one machine's work; what it yields is called with each answer of the machine."""
    if not _shown(options):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(verb, total=None)

        def heard(answer: Answer) -> None:
            done, total = answer.get("done"), answer.get("total")
            if answer["type"] == "progress" and isinstance(done, int) and isinstance(total, int):
                progress.update(task, completed=done, total=total)

        yield heard
