"""The tutorial on this computer, in half a minute: two machines, a backup, a file lost and found, a laptop stolen.

The machines are processes of their own with real sshd and borg, and with the scripts as they are rendered. Everything lies in a
temporary folder, and nothing is left of it afterwards. It needs Linux, OpenSSH's server and BorgBackup; not root, not Nix.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

NAME = "demo"
SUMMARY = "the tutorial on this computer: a backup made, files lost and restored"
DONE, FINDINGS = 0, 1
_INDENT = "  "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `demo`."""
    parser.add_argument("--keep", action="store_true", help="leave the folder with clan, machines and logs, and say where it is")
    parser.add_argument("--pause", action="store_true", help="wait for Enter before each chapter")


def run(options: argparse.Namespace) -> int:
    """Play it; 1 where something is missing or did not go as it should."""
    from clanback.cli.output import write_diagnostics
    from clanback.demo.story import Interruptions, require_programs, scratch, tell
    from clanback.diagnostics import DiagnosticError

    teller = Printed(options)
    try:
        require_programs()
        teller.introduce()
        with Interruptions() as interruptions, scratch(keep=options.keep) as folder:
            if options.keep:
                teller.say(f"Everything lies in {folder}.")
            tell(teller, folder, interruptions, verbose=options.verbose)
    except DiagnosticError as stop:
        sys.stdout.flush()
        write_diagnostics(stop.diagnostics, options, sys.stderr)
        return FINDINGS
    teller.end(kept=options.keep)
    return DONE


class Printed:
    """The story as lines on a terminal."""

    def __init__(self, options: argparse.Namespace) -> None:
        from clanback.cli.colour import wanted
        from clanback.cli.text import Style

        self._style = Style(wanted(options.color, sys.stdout))
        self._pause = options.pause and sys.stdin.isatty()
        self._chapters = 0

    def introduce(self) -> None:
        """Say what this is."""
        self._line("The tutorial on this computer: two machines made of processes, with real sshd and borg.", "bold")
        self.say("There is no NixOS here: their folders hold what the rendered modules say, and a small stand-in for systemd")
        self.say("runs the rendered units. Everything is removed in the end.")

    def end(self, *, kept: bool) -> None:
        """Say what is left."""
        self._line("")
        self._line(
            "The machines are gone" + ("; the folder is still there." if kept else ", and the folder they lay in."), "bold"
        )

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._chapters += 1
        if self._pause and self._chapters > 1:
            input(self._style("dim", "Enter goes on "))
        self._line("")
        self._line(f"{self._chapters}. {title}", "bold")

    def say(self, text: str) -> None:
        """Explain something."""
        self._line(text)

    def command(self, where: str, text: str) -> None:
        """Show a command, and where it is typed."""
        front = f"{where}$ " if where else "$ "
        self._line(f"{_INDENT}{self._style('dim', front)}{self._style('bold', text)}")

    def output(self, text: str) -> None:
        """Show what a program printed."""
        from clanback.cli.terminal import safe

        for line in text.splitlines():
            self._line(f"{_INDENT}{safe(line)}")

    def compared(self, path: str, what: str) -> None:
        """Say that a file is as it was."""
        self._line(f"{_INDENT}{self._style('help', 'same')}  {path.ljust(24)}{self._style('dim', what)}")

    def _line(self, text: str, style: str = "") -> None:
        sys.stdout.write((self._style(style, text) if style else text) + "\n")
        sys.stdout.flush()
