"""Compile `templates/` into `clanback/{render,drawing}/_compiled.py`, so that neither rendering nor drawing imports Jinja2.

Usage: compile_templates.py [--check]

`--check` writes nothing and exits with 1 if a file is not up to date.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clanback.drawing import environment as of_page
from clanback.render import environment as of_nix

if TYPE_CHECKING:
    import jinja2

PACKAGE = Path(__file__).resolve().parents[1] / "clanback"

HEADER = '''"""Code of `templates/{which}*.j2`, compiled by Jinja2. Made by `scripts/compile_templates.py`; do not edit."""
# mypy: ignore-errors
# fmt: off
from clanback.{room}.runtime import {names}
'''
NAMES = "TemplateRuntimeError, Undefined, environment, internalcode, missing"


def function_name(template: str) -> str:
    """The Python name of a template's function."""
    return "template_" + re.sub(r"\W", "_", template)


def compiled(environment: jinja2.Environment, templates: dict[str, str], header: str) -> str:
    """The text of a module."""
    parts = [header]
    for name, text in templates.items():
        code = environment.compile(text, name=name, raw=True)
        body = code.split("\ndef root(", 1)[1].split("\nblocks = {}", 1)[0]
        if "LoopContext" in body or "Macro(" in body or "Namespace(" in body:
            raise SystemExit(f"{name}: `loop`, macros and namespaces are not in clanback/render/runtime.py")
        parts.append(f"\n\ndef {function_name(name)}({body.rstrip()}\n")
    table = "".join(f"    {name!r}: {function_name(name)},\n" for name in templates)
    parts.append(f"\n\nTEMPLATES = {{\n{table}}}\n")
    return "".join(parts)


def modules() -> dict[Path, str]:
    """Every generated module and its text."""
    nix = {name: of_nix.load_template(name) for name in of_nix.template_names()}
    page = {name: of_page.load_template(name) for name in of_page.template_names()}
    return {
        PACKAGE / "render/_compiled.py": compiled(
            of_nix.make_environment(), nix, HEADER.format(which="", room="render", names=NAMES)
        ),
        PACKAGE / "drawing/_compiled.py": compiled(
            of_page.make_environment(),
            page,
            HEADER.format(which="page/", room="drawing", names=NAMES.replace("environment,", "environment, escape,")),
        ),
    }


def main() -> int:
    """Write or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the file is not up to date")
    arguments = parser.parse_args()
    stale = [path for path, text in modules().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if arguments.check:
            print(f"{path}: not up to date, run scripts/compile_templates.py", file=sys.stderr)
        else:
            path.write_text(modules()[path], encoding="utf-8")
    return 1 if stale and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
