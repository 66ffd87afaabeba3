#!/usr/bin/env python3
"""Write the pages of docs/reference/ that are made from the code (see PAGES); with `--check` compare only."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

os.environ["COLUMNS"] = "100"

import code_pages
from manual_page import manual

from clanback.checks import registry
from clanback.cli.arguments import COMMANDS, command_named, make_parser
from clanback.inventory import own_schema, sites
from clanback.modules.interface import Marker, OptionSet
from clanback.nix.builtins import registry as builtins
from clanback.nix.lib import supported
from clanback.nix.values import Builtin, Unknown
from clanback.services import INTERFACES

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"

NOTE = "<!-- Written by scripts/generate_reference.py (make generated); changes belong into the code. -->"


def commands() -> str:
    """The help of every command."""
    parser = make_parser()
    subparsers = next(action for action in parser._actions if action.dest == "command").choices
    assert subparsers is not None
    parts = ["# Commands", NOTE, "What `clanback --help` and `clanback COMMAND --help` print.", _block(parser.format_help())]
    for command in map(command_named, COMMANDS):
        parts += [f"## clanback {command.NAME}", _block(subparsers[command.NAME].format_help())]
        for action in subparsers[command.NAME]._actions:
            if action.dest == "subcommand":
                for name, below in action.choices.items():
                    parts += [f"### clanback {command.NAME} {name}", _block(below.format_help())]
    return "\n\n".join(parts) + "\n"


def settings() -> str:
    """The settings of clanback.toml."""
    tables = [
        ("Of the whole clan", "At the top level.", own_schema.TOP_SETTINGS),
        (
            "Of backups",
            (
                "At the top level for everything, or in a table for some: `[instances.NAME]`, `[roles.INSTANCE.ROLE]`, "
                "`[tags.TAG]`, `[machines.NAME]`."
            ),
            own_schema.MEMBER_SETTINGS,
        ),
        ("Of secrets", "In the table `[vars]`.", own_schema.VARS_SETTINGS),
        ("Retention", "In the table `retention` of any of these, as in `[machines.laptop.retention]`.", own_schema.RETENTION),
        (
            "Where things stand",
            "At the top level for all machines, in `[tags.TAG]`, `[machines.NAME]`, or in `[destinations.NAME]`.",
            sites.DESTINATION_SETTINGS,
        ),
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


def nix_support() -> str:
    """Every builtin and every function of `lib`: computed, or left to Nix."""
    builtins.global_scope()
    table = builtins.TABLE
    unknown = {name: value.reason for name, value in table.items() if isinstance(value, Unknown)} | builtins.OPAQUE
    known = [name for name in table if name not in unknown and not name.startswith("__")]
    functions = [name for name in known if isinstance(table[name], Builtin)]
    constants = [name for name in known if name not in functions]
    lib: dict[tuple[str, str], list[str]] = {}
    for path, kind in supported():
        family, _, name = path.rpartition(".")
        lib.setdefault((family, kind), []).append(name)
    reasons = "\n".join(f"| `{name}` | {reason} |" for name, reason in sorted(unknown.items()))
    parts = [
        "# What is supported of Nix",
        NOTE,
        (
            "clanback reads the whole language as of Nix 2.26 (pipe operators where `flake.nix` asks for them) and evaluates "
            "all of it but what needs a network, a store or the computer at hand. Three words say how it treats a function:"
        ),
        (
            "- *supported*: the value is Nix' value;\n"
            "- *opaque*: the value is unknown to clanback. An unknown value is carried along and rendered as it is written, so "
            "that Nix computes it; it is an error only where clanback must know it, as with the name of a machine;\n"
            "- *refused*: evaluation ends with a diagnostic, because no answer would be right."
        ),
        f"## Builtins: {len(functions)} functions and {len(constants)} constants supported, {len(unknown)} opaque",
        "Supported functions: " + _names(functions),
        "Supported constants: " + _names(constants),
        "Opaque:",
        f"| builtin | why |\n|---|---|\n{reasons}",
        (
            "Of derivations (`derivation`, `derivationStrict`) everything is known but their store paths, which are opaque, and "
            "so is what compares or measures these. `hashString` is opaque for BLAKE3. `<nixpkgs>` is opaque unless the program "
            "sets `__nixPath` itself. `getEnv` gives the empty string, as in pure evaluation."
        ),
        (
            "Refused: reading outside the repository unless `--allow-outside` is given (CB131; `pathExists` there is opaque), "
            "paths that begin with `~` (CB132), values that depend on themselves, and what exceeds the limits (CB190 to CB194)."
        ),
        f"## nixpkgs' lib: {sum(len(names) for (_, kind), names in lib.items() if kind == 'supported')} names supported",
        (
            "The functions of `lib` are built in; nixpkgs is not needed. A name that is not listed is opaque, never missing. "
            "Listed under `lib` are the names at the top, then the families."
        ),
    ]
    for family in sorted({family for family, _ in lib}):
        parts.append(f"### {family}")
        for kind in ("supported", "opaque"):
            if (family, kind) in lib:
                parts.append(f"{kind.capitalize()}: " + _names(lib[family, kind]))
    return "\n\n".join(parts) + "\n"


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) + "."


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


PAGES = {
    "commands.md": commands,
    "codes.md": lambda: code_pages.index(NOTE),
    **{f"codes/{code.code}.md": partial(code_pages.page, code, NOTE) for code in registry.every()},
    "settings.md": settings,
    "services.md": services,
    "nix-support.md": nix_support,
    "clanback.1": manual,
}


def main() -> int:
    """Write the pages, or name those that are not up to date."""
    outdated = []
    for path in sorted(REFERENCE.glob("codes/*.md")):
        name = f"codes/{path.name}"
        if name not in PAGES:
            outdated.append(name)
            if "--check" not in sys.argv[1:]:
                path.unlink()
    for name, make in PAGES.items():
        path = REFERENCE / name
        path.parent.mkdir(exist_ok=True)
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
