"""Templates compiled ahead mean what Jinja2 makes of them, and are compiled from what lies in templates/."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pytest

from clanback.render import environment, rendering, runtime
from tests.render import plans

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


def test_the_compiled_templates_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "compile_templates.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_rendering_does_not_import_jinja() -> None:
    code = "import sys, clanback.render; clanback.render.render; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture
def with_jinja(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Have everything rendered by Jinja2 itself; gives the names of the templates that were."""
    used: list[str] = []
    real = environment.make_environment()

    def render_template(name: str, **names: Any) -> str:
        used.append(name)
        return real.get_template(name).render(**names)

    for module in ("modules", "borgbackup", "accounts", "variables", "rendering"):
        monkeypatch.setattr(f"clanback.render.{module}.render_template", render_template)
    return used


@pytest.mark.parametrize("compat", [None, "clan-core"])
def test_compiled_templates_give_what_jinja_gives(
    compat: str | None, with_jinja: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plans.plan(plans.full(), plans.client(), plans.server())
    by_jinja = rendering.render(plan, compat=compat)
    assert len(set(with_jinja)) > 10
    monkeypatch.undo()
    assert rendering.render(plan, compat=compat) == by_jinja


def test_undefined_names_are_errors_both_ways() -> None:
    with pytest.raises(runtime.TemplateError):
        runtime.render_template("secrets.nix", machine="a")
    with pytest.raises(jinja2.UndefinedError):
        environment.make_environment().get_template("secrets.nix").render(machine="a")


@pytest.mark.parametrize("name", [name for name in environment.template_names() if name.endswith(".sh")])
def test_shell_scripts_are_clean(name: str) -> None:
    shellcheck = shutil.which("shellcheck")
    if shellcheck is None:
        pytest.skip("shellcheck is not installed")
    text = runtime.render_template(name)
    # What the module sets in front of the script.
    variables = {
        "job": "job=x",
        "jobs": "jobs=(x)",
        "undo": "undo=/x",
        "states": "states=(x)",
        "folders": "folders=(x)",
        "known": "known=(x)",
        "lock": "lock=x",
        "phase": "phase=pre",
        "hooks": "declare -A hooks=([x]=y)",
        "preBackup": "declare -A preBackup=([x]=y)",
        "postBackup": "declare -A postBackup=([x]=y)",
        **{word: f"{word}=x" for word in ("machine", "root", "store")},
        **{word: f"{word}=(x)" for word in ("sources", "targets", "owners", "groups", "modes")},
        "repositories": "declare -A repositories=([x]=y)",
    }
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("# "))
    head = "".join(f"{line}\n" for variable, line in variables.items() if re.search(rf"\$\{{?[#!]?{variable}\b", code))
    done = subprocess.run([shellcheck, "--shell=bash", "-"], input=head + text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
