"""The manual page: nothing in it that mandoc or groff would stumble over, every command and option in it."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clanback.cli.arguments import make_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/clanback.1"


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def test_mandoc_finds_nothing() -> None:
    done = subprocess.run([need("mandoc"), "-T", "lint", "-W", "warning", PAGE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_groff_warns_of_nothing() -> None:
    done = subprocess.run(
        [need("groff"), "-man", "-Tutf8", "-K", "utf8", "-ww", "-z", PAGE], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def commands(parser: argparse.ArgumentParser, above: str = "clanback") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield f"{above} {name}", inner
                yield from commands(inner, f"{above} {name}")


def test_every_command_and_option_is_in_it() -> None:
    shown = subprocess.run(
        [need("mandoc"), "-T", "ascii", "-O", "width=200", PAGE], capture_output=True, text=True, check=True
    ).stdout
    while "\b" in shown:  # bold and underlined, as typewriters did it
        at = shown.index("\b")
        shown = shown[: at - 1] + shown[at + 1 :]
    sections = shown.split("\n   clanback ")
    by_name = {section.partition("\n")[0].strip(): section for section in sections[1:]}
    for words, parser in commands(make_parser()):
        section = by_name[words.removeprefix("clanback ")]
        for action in parser._actions:
            for name in action.option_strings:
                if name.startswith("--") and name not in (
                    "--help",
                    "--clan",
                    "--allow-outside",
                    "--quiet",
                    "--verbose",
                    "--color",
                ):
                    assert name in section, (words, name)
