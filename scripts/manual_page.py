"""The manual page `clanback.1`, made from the parser of the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from clanback import __version__
from clanback.cli.arguments import DESCRIPTION, make_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

DATE = "2026-11-25"
"""When the parts below were last changed by hand: a page made twice must be the same twice."""

STATUS = (
    ("0", "done; nothing wrong was found"),
    ("1", "findings, or changes with --check"),
    ("2", "wrong usage, or input that cannot be read"),
    ("3", "some machines failed"),
    ("4", "a machine could not be reached"),
    ("130", "interrupted"),
)

ENVIRONMENT = (
    ("NO_COLOR", "no colours, whatever the output goes to."),
    ("CLANBACK_DEBUG", "with 1, print a traceback where clanback itself is at fault. It may hold pieces of the input."),
    ("AGE_KEY, AGE_KEYFILE, SOPS_AGE_KEY_FILE", "an age identity, or a file of them, that opens the secrets of the clan."),
    ("XDG_CACHE_HOME", "where names for completion are kept, in the folder clanback (default: ~/.cache)."),
)

FILES = (
    ("clan.nix, flake.nix", "what the clan is: the file given with --clan, or found in the folder of the repository."),
    ("clanback.toml", "settings of clanback's own, at the root of the repository; optional."),
    ("vars/, secrets/", "public values and encrypted secrets of the machines."),
    ("generated/", "the NixOS modules that render writes; generated/MANIFEST.json names them all."),
)

EXAMPLES = (
    ("clanback check", "find what is wrong in the clan of the current repository."),
    ("clanback render", "write the NixOS modules of all machines."),
    ("clanback explain laptop.jobs.server.repo", "say why a value is what it is."),
    ("clanback backups list laptop", "list the archives of a machine."),
)


def manual() -> str:
    """The page, in the macros of man(7)."""
    parser = make_parser()
    parts = [
        '.\\" Written by scripts/generate_reference.py (make generated); changes belong into the code.',
        f'.TH CLANBACK 1 {DATE} "clanback {__version__}"',
        ".SH NAME",
        "clanback \\- backups for a set of NixOS machines",
        ".SH SYNOPSIS",
        ".B clanback",
        _text("[global options] COMMAND …"),
        ".SH DESCRIPTION",
        _text(DESCRIPTION),
        ".SH GLOBAL OPTIONS",
        "They may stand before or after the command.",
        *_options(parser),
        ".SH COMMANDS",
        *_commands(parser, "clanback"),
        ".SH EXIT STATUS",
        *_terms(STATUS),
        ".SH ENVIRONMENT",
        *_terms(ENVIRONMENT),
        ".SH FILES",
        *_terms(FILES),
        ".SH EXAMPLES",
        *_terms(EXAMPLES),
        ".SH SEE ALSO",
        ".BR borg (1),",
        ".BR systemd.time (7),",
        ".BR tmpfiles.d (5),",
        ".BR ssh (1)",
    ]
    return "\n".join(parts) + "\n"


def _commands(parser: argparse.ArgumentParser, above: str) -> Iterator[str]:
    """A subsection for every command, those of commands among them."""
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        for name, inner in action.choices.items():
            words = f"{above} {name}"
            yield f".SS {_escaped(words)}"
            yield _synopsis(inner, words)
            for paragraph in (inner.description or "").split("\n\n"):
                yield ".PP"
                yield _text(" ".join(paragraph.split()))
            yield from _options(inner, without_global=True)
            yield from _commands(inner, words)


def _synopsis(parser: argparse.ArgumentParser, words: str) -> str:
    """The usage of a command, without the global options."""
    usage = " ".join(parser.format_usage().split()).removeprefix("usage: ").removeprefix(words)
    for piece in ("[-h]", "[--clan PATH]", "[--allow-outside]", "[-q]", "[-v]", "[--color {auto,always,never}]"):
        usage = usage.replace(f" {piece}", "", 1)
    return f".B {_escaped(words)}\n{_text(usage.strip())}" if usage.strip() else f".B {_escaped(words)}"


def _options(parser: argparse.ArgumentParser, *, without_global: bool = False) -> Iterator[str]:
    for group in parser._action_groups:
        if without_global and group.title == "global options":
            continue
        for action in group._group_actions:
            if isinstance(action, argparse._SubParsersAction | argparse._HelpAction) or action.help == argparse.SUPPRESS:
                continue
            yield ".TP"
            yield _heading(action)
            yield _text(_help(parser, action))


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    return parser._get_formatter()._expand_help(action) if action.help else ""


def _heading(action: argparse.Action) -> str:
    """The option with its value: names in bold, what stands for something in italics."""
    value = action.metavar or ("{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper())
    shown = " ".join(value) if isinstance(value, tuple) else str(value)
    if not action.option_strings:
        return f"\\fI{_escaped(shown)}\\fR"
    names = ", ".join(f"\\fB{_escaped(name)}\\fR" for name in action.option_strings)
    return names if action.nargs == 0 else f"{names} \\fI{_escaped(shown)}\\fR"


def _terms(pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for term, meaning in pairs:
        yield ".TP"
        yield f"\\fB{_escaped(term)}\\fR"
        yield _text(meaning)


def _text(text: str) -> str:
    """Running text, a line of source for each sentence or so."""
    lines = _escaped(text.replace("`", "")).replace(". ", ".\n").split("\n")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").replace("→", "\\(->")
