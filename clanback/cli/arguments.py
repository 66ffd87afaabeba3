"""The arguments: global options, which may stand before or after the command, and the options of each command."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from clanback import __version__
from clanback.cli.colour import wanted
from clanback.cli.usage import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Any

COMMANDS = (
    "render", "check", "show", "plan", "graph", "audit", "install-order", "vars", "backups", "demo", "explain", "lsp",
    "completion",
)  # fmt: skip
"""The names of the commands, in the order of the help. Each is a file of its own (see `command_named`)."""

DESCRIPTION = "Backups for a set of NixOS machines: reads clan.nix, plans who backs up what to whom, renders NixOS modules."

EPILOGUE = """\
exit status: 0 done; 1 findings, or not up to date with --check; 2 wrong usage or unreadable input;
3 some machines failed; 4 a machine could not be reached; 130 interrupted.

'clanback COMMAND --help' tells more about a command."""


class PlainFormatter(argparse.RawDescriptionHelpFormatter):
    """argparse's own, as wide as the terminal but never wider than 100 columns; finds that out without importing shutil."""

    def __init__(
        self, prog: str, indent_increment: int = 2, max_help_position: int = 28, width: int | None = None, **more: object
    ) -> None:
        super().__init__(prog, indent_increment, max_help_position, width or _columns(), **more)

    def add_text(self, text: str | None) -> None:
        """Add a description, folded to the width."""
        super().add_text(folded(text, self._width))


def folded(text: str | None, width: int) -> str | None:
    """A description with its paragraphs folded to `width`; those with examples (indented, or in columns) stay as they are."""
    if text is None or max(map(len, text.splitlines()), default=0) <= width:
        return text
    import textwrap

    paragraphs = text.split("\n\n")
    return "\n\n".join(part if "  " in part else textwrap.fill(part, width, break_on_hyphens=False) for part in paragraphs)


def _columns() -> int:
    """The width for help: `COLUMNS`, or the terminal's, or 100."""
    try:
        columns = (
            int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1).columns
        )
    except (OSError, ValueError):
        columns = 100
    return max(40, min(columns, 100)) - 2


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse, or leave with SystemExit as argparse does (0 after `--help`, 2 after wrong usage).

    The result has `clan`, `quiet`, `verbose`, `color`, the options of the command, and its function `run(options) -> int`.
    """
    parser = make_parser(_formatter(arguments), only=_named(arguments))
    options = parser.parse_or_exit(arguments)
    options.nixpkgs = _nixpkgs_of(getattr(options, "nixpkgs", None))
    if options.command is None:
        make_parser(_formatter(arguments)).print_help(sys.stderr)
        parser.exit(2)
    return options


def _named(arguments: Sequence[str]) -> str | None:
    """The command that the arguments name, where only one of them can be it and nobody asks for help on all of them."""
    named = [at for at, argument in enumerate(arguments) if argument in COMMANDS]
    if len(named) != 1 or {"-h", "--help"} & set(arguments[: named[0]]):
        return None
    return arguments[named[0]]


def command_named(name: str) -> ModuleType:
    """The file of a command: `NAME`, `SUMMARY`, and `add_arguments` and `run` or `SUBCOMMANDS`."""
    return import_module(f"clanback.cli.{name.replace('-', '_')}")


def make_parser(formatter: type[argparse.HelpFormatter] = PlainFormatter, *, only: str | None = None) -> Parser:
    """Build the whole parser; documentation and shell completion are made from it too.

    `only` names the command whose options matter: of the others nothing is known then, and their files are not imported.
    """
    parser = Parser("clanback", description=DESCRIPTION, epilog=EPILOGUE, formatter_class=formatter, allow_abbrev=False)
    parser.add_argument("-V", "--version", action="version", version=f"clanback {__version__}")
    _add_global(parser, top=True)
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for name in COMMANDS:
        if only not in (None, name):
            commands.add_parser(name, add_help=False)
            continue
        command = command_named(name)
        mine = _add_command(commands, command, formatter)
        subcommands = getattr(command, "SUBCOMMANDS", ())
        if subcommands:
            below = mine.add_subparsers(title="commands", dest="subcommand", metavar="COMMAND", required=True)
            for subcommand in subcommands:
                _add_command(below, subcommand, formatter)
    return parser


def _add_command(
    commands: argparse._SubParsersAction[Parser], command: ModuleType, formatter: type[argparse.HelpFormatter]
) -> Parser:
    """Add one command from its file: `NAME`, `SUMMARY`, its docstring, and `add_arguments` and `run` or `SUBCOMMANDS`."""
    first, _, rest = (command.__doc__ or "").partition("\n\n")
    mine = commands.add_parser(
        command.NAME,
        help=command.SUMMARY,
        description=f"{first}\n\n{rest}".strip(),
        formatter_class=formatter,
        allow_abbrev=False,
    )
    _add_global(mine, top=False)
    if not hasattr(command, "SUBCOMMANDS"):
        command.add_arguments(mine)
        mine.set_defaults(run=command.run)
    return mine


def _add_global(parser: argparse.ArgumentParser, *, top: bool) -> None:
    """Add the global options; below a command they have no default, so that those given before it stand."""
    group = parser.add_argument_group("global options")

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    group.add_argument(
        "--clan",
        metavar="PATH",
        default=default(None),
        help="a clan.nix, or the folder of a repository that has one (default: the repository around the current folder)",
    )
    group.add_argument(
        "--allow-outside",
        action="store_true",
        default=default(False),
        help="let Nix code of the clan read files outside the repository",
    )
    group.add_argument(
        "--nixpkgs",
        metavar="PATH",
        type=_nixpkgs,
        default=default(None),
        help="a folder with nixpkgs, whose own lib is used in place of ours (default: that of NIX_PATH; none: ours)",
    )
    group.add_argument("-q", "--quiet", action="store_true", default=default(False), help="print results and errors only")
    group.add_argument(
        "-v", "--verbose", action="store_true", default=default(False), help="say what is done, print information too"
    )
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default=default("auto"),
        help="colours (default: auto; NO_COLOR is honoured)",
    )


def _nixpkgs_of(given: str | None) -> str | None:
    """The nixpkgs to use: the one that was given, or that of `NIX_PATH`."""
    if given is None and "NIX_PATH" in os.environ:
        from clanback.cli.repository import nixpkgs_of_search_path

        return nixpkgs_of_search_path(os.environ["NIX_PATH"])
    return given or None


def _nixpkgs(path: str) -> str:
    """The folder of a nixpkgs, absolute; empty for `none`."""
    from clanback.cli.repository import is_nixpkgs

    if path in ("", "none"):
        return ""
    if not is_nixpkgs(path):
        raise argparse.ArgumentTypeError(f"{path!r} is no nixpkgs: it has no lib/default.nix")
    return os.path.abspath(path)


def _formatter(arguments: Sequence[str]) -> type[argparse.HelpFormatter]:
    """The plain formatter, or rich-argparse's where help is shown in colour: importing rich costs more than all the rest."""
    if not any(argument in ("-h", "--help") for argument in arguments) or not wanted(_color(arguments), sys.stdout):
        return PlainFormatter
    from rich.console import Console
    from rich_argparse import RawDescriptionRichHelpFormatter

    class ColouredFormatter(RawDescriptionRichHelpFormatter):
        """Colours also where rich would not see a terminal: whether there are any has been decided already."""

        def __init__(self, prog: str) -> None:
            super().__init__(prog, max_help_position=28, console=Console(force_terminal=True))

        def add_text(self, text: Any) -> None:
            """Add a description, folded to the width."""
            super().add_text(folded(text, _columns()) if isinstance(text, str) else text)

    return ColouredFormatter


def _color(arguments: Sequence[str]) -> str:
    """`--color` before there is a parser."""
    for at, argument in enumerate(arguments):
        if argument.startswith("--color="):
            return argument.partition("=")[2]
        if argument == "--color" and at + 1 < len(arguments):
            return arguments[at + 1]
    return "auto"
