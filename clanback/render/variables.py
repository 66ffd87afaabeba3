"""`secrets.nix`: the generators of a machine's keys, passphrases and passwords, as clan-core has them. Only paths, no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.render.literals import NixExpression, name
from clanback.render.runtime import render_template

if TYPE_CHECKING:
    from clanback.plan.model import Generator, GeneratorFile, MachinePlan


def render_secrets(machine: MachinePlan) -> str | None:
    """The text of `secrets.nix`, or None where the machine needs no variable."""
    if not machine.generators:
        return None
    generators = _joined({name: _generator(machine.generators[name]) for name in sorted(machine.generators)})
    return render_template("secrets.nix", machine=machine.name, generators=generators)


def _joined(sets: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Sets of one attribute written as `a.b = …` instead of `a = { b = …; }`."""
    joined: dict[str, Any] = {}
    for outer, values in sets.items():
        if len(values) == 1:
            ((inner, value),) = values.items()
            joined[NixExpression(f"{name(outer)}.{name(inner)}")] = value
        else:
            joined[outer] = values
    return joined


def _generator(generator: Generator) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if generator.share:
        settings["share"] = True
    if generator.dependencies:
        settings["dependencies"] = generator.dependencies
    if generator.prompts:
        settings["prompts"] = {prompt: {} for prompt in generator.prompts}
    settings["files"] = _joined({file.name: _file(file) for file in sorted(generator.files, key=lambda file: file.name)})
    return settings


def _file(file: GeneratorFile) -> dict[str, Any]:
    """What is not as the options' defaults have it."""
    settings: dict[str, Any] = {}
    if not file.secret:
        settings["secret"] = False
    if not file.deploy:
        settings["deploy"] = False
    if file.needed_for != "services":
        settings["neededFor"] = file.needed_for
    if file.owner != "root":
        settings["owner"] = file.owner
    if file.group != "root":
        settings["group"] = file.group
    if file.mode != "0400":
        settings["mode"] = file.mode
    return settings
