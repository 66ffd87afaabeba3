"""The pages of the codes: what each means, an example of it with what clanback says, and one that is right."""

from __future__ import annotations

import tempfile
from pathlib import Path

from clanback.checks import registry
from clanback.cli.text import Style, render
from clanback.stages import follow

TAIL = (
    "A comment `# clanback: ignore[{code}] reason` on the line of a finding, or alone on the line above, silences it there; "
    "`ignore` in [clanback.toml](../settings.md) silences the code everywhere."
)

RUNTIME = "There is no example of it here: no command that is known shows it."


def index(note: str) -> str:
    """The list of all codes."""
    parts = [
        "# Codes",
        note,
        (
            f"Every diagnostic has a code, which never changes its meaning; there are {len(registry.every())}. Each has a page "
            "with an example of it, what clanback says to that, and an example that is right; tests run them all. `clanback "
            "explain CODE` prints the same. Examples are pieces of a `clan.nix` with the machines `laptop` and `server`."
        ),
    ]
    for digit, (_, title) in registry.FAMILIES.items():
        family = registry.family(digit)
        if family:
            lower = title if title.startswith("clanback") else title[0].lower() + title[1:]
            rows = [f"| [{one.code}](codes/{one.code}.md) | {one.severity} | {one.title} |" for one in family.values()]
            parts += [f"## CB{digit}xx: {lower}", "\n".join(["| code | usually | |", "|---|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def page(code: registry.Code, note: str) -> str:
    """The page of one code."""
    parts = [f"# {code.code}: {code.title}", note, f"*{code.severity}*. " + " ".join(code.explanation.split())]
    command = f"`clanback -v check {code.options}`".replace(" `", "`")
    if code.bad:
        parts += ["## Wrong", *_blocks(code.bad)]
        parts += [f"What {command} says:", f"```text\n{said(code).rstrip()}\n```"]
    if code.good:
        parts += ["## Right", *_blocks(code.good)]
    if code.console:
        parts += ["## How it looks", f"```console\n{code.console.strip()}\n```"]
    if not code.bad and not code.console:
        parts.append(RUNTIME)
    if code.code[2] in "2345" and code.bad:
        parts += ["## To live with it", TAIL.replace("{code}", code.code)]
    return "\n\n".join(parts) + "\n"


def said(code: registry.Code) -> str:
    """What is printed of a wrong example: the findings of this code."""
    assert code.bad is not None
    with tempfile.TemporaryDirectory() as folder:
        for name, text in registry.complete(code.bad).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        clan = str(Path(folder, "clan.nix"))
        outcome = follow(clan, compat="clan-core" if "clan-core" in code.options else None)
        found = [one for one in outcome.diagnostics() if one.code == code.code]
        text = "\n".join(render(one, Style(False)) for one in found)
        return text.replace(f"{folder}/", "").replace(folder, ".")


def _blocks(example: str) -> list[str]:
    found = []
    for name, text in registry.files(example).items():
        if text.strip():
            language = {"nix": "nix", "toml": "toml", "json": "json"}.get(name.rpartition(".")[2], "text")
            title = [] if name == "clan.nix" else [f"`{name}`:"]
            found += [*title, f"```{language}\n{text.strip(chr(10))}\n```"]
    return found
