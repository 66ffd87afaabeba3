"""What shells ask while somebody completes a word: `clanback __complete KIND WORD LINE…`, one name a line, at once.

The names of a clan are kept in `$XDG_CACHE_HOME/clanback/names-….json` with the digests of all that was read for them: as long as
that is unchanged nothing of the clan is evaluated. Archives are those that `backups list` saw last.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

NAME = "__complete"
FORMAT = 1

_HARMLESS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:@/+,=%~")
"""Names with anything else are left out: shells would read it as something of theirs."""
_LARGEST = 16 * 1024 * 1024


def run(arguments: Sequence[str]) -> int:
    """Print the names of a kind; nothing where there are none, or where something is wrong: a shell is no place for errors."""
    kind, word, *line = [*arguments, "", ""][: max(2, len(arguments))]
    try:
        found = _KINDS[kind](word, line) if kind in _KINDS else ()
    except Exception:  # whatever it is, the person is typing and asked for nothing
        return 0
    sys.stdout.write("".join(f"{name}\n" for name in dict.fromkeys(found) if name and _HARMLESS.issuperset(name)))
    return 0


def _machines(word: str, line: Sequence[str]) -> Iterable[str]:
    del word
    return sorted(_names(line)["machines"])


def _states(word: str, line: Sequence[str]) -> Iterable[str]:
    del word
    return _of_machines(line, "states")


def _variables(word: str, line: Sequence[str]) -> Iterable[str]:
    del word
    return _of_machines(line, "variables")


def _providers(word: str, line: Sequence[str]) -> Iterable[str]:
    del word
    return _of_machines(line, "providers")


def _of_machines(line: Sequence[str], what: str) -> list[str]:
    """What the machines named in the line have; of all machines if none is."""
    machines = _names(line)["machines"]
    named = [machine for machine in line if machine in machines] or list(machines)
    return sorted({name for machine in named for name in machines[machine][what]})


def _archives(word: str, line: Sequence[str]) -> Iterable[str]:
    """The names that `backups list` saw, the newest first."""
    del word
    from clanback.backups.cache import remembered
    from clanback.cli import repository

    known = remembered(repository.root_of(repository.locate(_clan(line))))
    named = [machine for machine in line if machine in known]
    return [name for machine in named for name in reversed(known[machine])]


def _codes(word: str, line: Sequence[str]) -> Iterable[str]:
    """Codes, after what stands before the last comma."""
    del line
    from clanback.checks import registry

    before = word[: word.rfind(",") + 1]
    return [before + one.code for one in registry.every()]


def _explained(word: str, line: Sequence[str]) -> Iterable[str]:
    """Codes, machines and instances; behind a machine's name what can be explained of it."""
    if word.upper().startswith("CB") and word[2:].isdigit() | (word[2:] == ""):
        return _codes("", line)
    names = _names(line)
    owner = max(
        (name for name in (*names["machines"], *names["instances"]) if word.startswith(f"{name}.")), key=len, default=None
    )
    if owner is None:
        return [f"{name}." for name in (*names["machines"], *names["instances"])]
    from clanback import explaining

    outcome = _outcome(line, recording=True)
    if outcome.inventory is None or outcome.plan is None:
        return []
    context = explaining.Context(outcome.inventory, outcome.plan)
    paths = dict(explaining.explain(context, owner).below)
    if owner not in names["machines"]:
        paths = {path: "" for role in paths for path in dict(explaining.explain(context, role).below)}
    return _next_level(word, paths)


def _next_level(word: str, paths: Iterable[str]) -> list[str]:
    """What comes next: a path of many names is offered name by name."""
    found: dict[str, None] = {}
    for path in paths:
        if path.startswith(word):
            dot = path.find(".", len(word))
            found[path if dot < 0 else path[: dot + 1]] = None
    return list(found)


_KINDS: dict[str, Callable[[str, Sequence[str]], Iterable[str]]] = {
    "machines": _machines,
    "states": _states,
    "variables": _variables,
    "providers": _providers,
    "archives": _archives,
    "codes": _codes,
    "explained": _explained,
}


def _clan(line: Sequence[str]) -> str | None:
    """`--clan` as it stands in the line."""
    for at, word in enumerate(line):
        if word.startswith("--clan="):
            return os.path.expanduser(word[7:])
        if word == "--clan" and at + 1 < len(line):
            return os.path.expanduser(line[at + 1])
    return None


def _names(line: Sequence[str]) -> dict[str, Any]:
    """The names of the clan: kept ones as long as nothing has changed."""
    from clanback.cli import repository

    clan = repository.locate(_clan(line))
    path = _cache(clan)
    kept = _kept(path)
    if kept is not None:
        return kept
    outcome = _outcome(line)
    names: dict[str, Any] = {"machines": {}, "instances": {}}
    if outcome.inventory is None or outcome.plan is None:
        return names
    for name, machine in outcome.plan.machines.items():
        names["machines"][name] = {
            "states": sorted(machine.state),
            "providers": ["borgbackup"] if machine.backup_provider else [],
            "variables": [f"{made.name}/{file.name}" for made in machine.generators.values() for file in made.files],
        }
    names["instances"] = {name: sorted(instance.roles) for name, instance in outcome.inventory.instances.items()}
    _keep(path, names, outcome.inputs())
    return names


def _outcome(line: Sequence[str], *, recording: bool = False) -> Any:
    from clanback.cli import repository
    from clanback.stages import follow

    return follow(repository.locate(_clan(line)), compat=None, check=False, recording=recording)


def _cache(clan: str) -> str:
    from hashlib import sha256

    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "clanback", f"names-{sha256(os.fsencode(clan)).hexdigest()[:16]}.json")


def _kept(path: str) -> dict[str, Any] | None:
    """The names that were kept, if all that was read for them is as it was."""
    import json

    from clanback import __version__
    from clanback.nix.reads import current

    try:
        with open(path, encoding="ascii") as file:
            kept = json.loads(file.read(_LARGEST))
        if (kept["format"], kept["version"]) != (FORMAT, __version__) or not kept["inputs"]:
            return None
        if any(current(name, recorded) != recorded for name, recorded in kept["inputs"].items()):
            return None
        names: dict[str, Any] = kept["names"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return names


def _keep(path: str, names: dict[str, Any], inputs: dict[str, str]) -> None:
    """Keep names; where nothing can be written they are asked for anew each time."""
    import json

    from clanback import __version__
    from clanback.system.files import replace

    content = json.dumps({"format": FORMAT, "version": __version__, "inputs": inputs, "names": names})
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        replace(path, content.encode("ascii"), mode=0o600)
    except OSError:
        return
