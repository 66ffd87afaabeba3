#!/usr/bin/env python3
"""Write docs/reference/{commands,codes,settings,services}.md from the code; with `--check` only compare them with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["COLUMNS"] = "100"

from clanback.checks import registry
from clanback.cli.arguments import COMMANDS, make_parser
from clanback.inventory import own_settings
from clanback.modules.interface import Marker, OptionSet
from clanback.services import INTERFACES

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"

NOTE = "<!-- Written by scripts/generate_reference.py (make generated); changes belong into the code. -->"


def commands() -> str:
    """The help of every command."""
    parser = make_parser()
    subparsers = next(action for action in parser._actions if action.dest == "command").choices
    assert subparsers is not None
    parts = ["# Commands", NOTE, "What `clanback --help` and `clanback COMMAND --help` print.", _block(parser.format_help())]
    for command in COMMANDS:
        parts += [f"## clanback {command.NAME}", _block(subparsers[command.NAME].format_help())]
    return "\n\n".join(parts) + "\n"


def codes() -> str:
    """Every code with its explanation and examples."""
    parts = [
        "# Codes",
        NOTE,
        (
            "Every diagnostic has a code, which never changes its meaning. `clanback explain CODE` prints what stands here. "
            "Examples are pieces of a `clan.nix` with the machines `laptop` and `server`."
        ),
    ]
    for digit, (_, title) in registry.FAMILIES.items():
        family = registry.family(digit)
        if not family:
            continue
        parts.append(
            f"## CB{digit}xx: {title[0].lower()}{title[1:]}" if not title.startswith("clanback") else f"## CB{digit}xx: {title}"
        )
        for code in family.values():
            parts += [f"### {code.code}: {code.title}", f"*{code.severity}*. " + " ".join(code.explanation.split())]
            for word, example in (("Wrong:", code.bad), ("Right:", code.good)):
                if example:
                    parts += [word, _block(example.strip("\n"), "nix")]
    return "\n\n".join(parts) + "\n"


def settings() -> str:
    """The settings of clanback.toml."""
    tables = [
        ("Of the whole clan", "At the top level.", own_settings.TOP_SETTINGS),
        (
            "Of backups",
            (
                "At the top level for everything, or in a table for some: `[instances.NAME]`, `[roles.INSTANCE.ROLE]`, "
                "`[tags.TAG]`, `[machines.NAME]`."
            ),
            own_settings.MEMBER_SETTINGS,
        ),
        ("Retention", "In the table `retention` of any of these, as in `[machines.laptop.retention]`.", own_settings.RETENTION),
    ]
    parts = [
        "# Settings: clanback.toml",
        NOTE,
        "What clan-core has no option for stands in `clanback.toml`, at the root of the repository. The file is optional.",
    ]
    for title, where, rows in tables:
        lines = ["| setting | value | default | what for |", "|---|---|---|---|"]
        lines += [f"| `{name}` | {row.expected} | {_code(row.default)} | {row.description} |" for name, row in rows.items()]
        parts += [f"## {title}", where, "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def services() -> str:
    """The settings of the clan services that clanback knows."""
    parts = [
        "# Services",
        NOTE,
        (
            "What an instance of a service accepts as `settings`, for a role, a tag or a machine. Names, types and defaults are "
            "clan-core's. Instances of other services are carried along; nothing of them is rendered but their `extraModules`."
        ),
    ]
    for name, interface in INTERFACES.items():
        parts += [f"## {name}", interface.description]
        for role, options in interface.roles.items():
            lines = ["| setting | value | default | what for |", "|---|---|---|---|"]
            parts += [f"### {name}: role `{role}`", "\n".join([*lines, *_options(options, "")])]
    return "\n\n".join(parts) + "\n"


def _options(options: OptionSet, prefix: str) -> list[str]:
    """A row for every option, those inside submodules after their own."""
    rows = []
    for name, option in options.options.items():
        path = f"{prefix}{name}"
        if isinstance(option, OptionSet):
            rows += _options(option, f"{path}.")
            continue
        rows.append(f"| `{path}` | {option.type.description} | {_default(option.default)} | {option.description} |")
        inner = getattr(getattr(option.type, "element", None), "options", None)
        if isinstance(inner, OptionSet):
            rows += _options(inner, f"{path}.<name>.")
    return rows


def _default(default: object) -> str:
    match default:
        case Marker.REQUIRED:
            return "required"
        case Marker.ATTRIBUTE_NAME:
            return "the name"
        case Marker.DECIDED_LATER:
            return "see there"
        case None:
            return "`null`"
        case bool():
            return f"`{str(default).lower()}`"
        case []:
            return "`[ ]`"
        case {}:
            return "`{ }`"
    return f'`"{default}"`'


def _code(default: str) -> str:
    return default if " " in default else f"`{default}`"


def _block(text: str, language: str = "text") -> str:
    return f"```{language}\n{text.rstrip()}\n```"


PAGES = {"commands.md": commands, "codes.md": codes, "settings.md": settings, "services.md": services}


def main() -> int:
    """Write the pages, or name those that are not up to date."""
    outdated = []
    for name, make in PAGES.items():
        path = REFERENCE / name
        text = make()
        if not path.exists() or path.read_text() != text:
            outdated.append(name)
            if "--check" not in sys.argv[1:]:
                path.write_text(text)
                print(f"wrote docs/reference/{name}")
    if outdated and "--check" in sys.argv[1:]:
        print(f"not up to date: {', '.join(outdated)} (make generated)", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
