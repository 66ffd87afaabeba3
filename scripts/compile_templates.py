"""Compile `templates/*.j2` into `clanback/render/_compiled.py`, so that rendering need not import Jinja2.

Usage: compile_templates.py [--check]

`--check` writes nothing and exits with 1 if the file is not up to date.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from clanback.render.environment import load_template, make_environment, template_names

TARGET = Path(__file__).resolve().parents[1] / "clanback" / "render" / "_compiled.py"

HEADER = '''"""Code of `templates/*.j2`, compiled by Jinja2. Made by `scripts/compile_templates.py`; do not edit."""
# mypy: ignore-errors
# fmt: off
from clanback.render.runtime import TemplateRuntimeError, Undefined, environment, internalcode, missing
'''


def function_name(template: str) -> str:
    """The Python name of a template's function."""
    return "template_" + re.sub(r"\W", "_", template)


def compiled() -> str:
    """The text of the module."""
    environment = make_environment()
    parts = [HEADER]
    for name in template_names():
        code = environment.compile(load_template(name), name=name, raw=True)
        body = code.split("\ndef root(", 1)[1].split("\nblocks = {}", 1)[0]
        if "LoopContext" in body or "Macro(" in body or "Namespace(" in body:
            raise SystemExit(f"{name}: `loop`, macros and namespaces are not in clanback/render/runtime.py")
        parts.append(f"\n\ndef {function_name(name)}({body.rstrip()}\n")
    table = "".join(f"    {name!r}: {function_name(name)},\n" for name in template_names())
    parts.append(f"\n\nTEMPLATES = {{\n{table}}}\n")
    return "".join(parts)


def main() -> int:
    """Write or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the file is not up to date")
    arguments = parser.parse_args()
    text = compiled()
    if arguments.check:
        fresh = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
        if not fresh:
            print(f"{TARGET}: not up to date, run scripts/compile_templates.py", file=sys.stderr)
        return 0 if fresh else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
