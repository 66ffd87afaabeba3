"""`systemd.tmpfiles.rules`: lines that systemd-tmpfiles refuses or half ignores, and those that remove or hide what is saved."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from clanback.checks.findings import Findings
from clanback.checks.placeholders import is_placeholder
from clanback.diagnostics import Severity
from clanback.plan.folders import contains, normal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.checks.places import Places
    from clanback.checks.tmpfiles_rules import Rule
    from clanback.diagnostics import Diagnostic, Span
    from clanback.inventory.model import Inventory
    from clanback.plan.model import MachinePlan, Plan

_AGED = "dDevqQC"
_SPECIFIERS = {
    "%t": "/run",
    "%S": "/var/lib",
    "%C": "/var/cache",
    "%L": "/var/log",
    "%T": "/tmp",  # noqa: S108 - folders that are found, not written to
    "%V": "/var/tmp",  # noqa: S108
    "%h": "/root",
}


def check(inventory: Inventory, plan: Plan, places: Places) -> Iterator[Diagnostic]:
    """All findings of this family."""
    found = Findings()
    judged: dict[str, Rule | str | None] = {}
    for machine in plan.machines.values():
        rules: list[tuple[str, Rule]] = []
        for text in machine.tmpfiles:
            for line in text.split("\n"):
                if line not in judged:
                    judged[line] = _judged(line)
                rule = judged[line]
                span = _span(machine, text, places)
                if isinstance(rule, str):
                    _refused(line, rule, span, machine.name, found)
                elif rule is not None:
                    _ignored(rule, line, span, machine.name, found)
                    rules.append((text, rule))
        _folders(machine, rules, places, found)
    yield from found


def _judged(line: str) -> Rule | str | None:
    if _is_plain(line) or is_placeholder(line):
        return None
    from clanback.checks.tmpfiles_rules import RuleProblemError, parse  # late: most rules are plain

    try:
        return parse(line)
    except RuleProblemError as problem:
        return str(problem)


def _is_plain(line: str) -> bool:
    """The form that most people write, `d /srv/photos 0755 alice users -`: it is right, and nothing is removed by it."""
    words = line.split(" ")
    if len(words) != 6 or words[0] != "d" or words[5] != "-" or not words[1].startswith("/"):
        return False
    names = words[1].replace("/", "").replace("-", "").replace("_", "").replace(".", "")
    mode, user, group = words[2:5]
    is_octal = 3 <= len(mode) <= 4 and set("01234567").issuperset(mode)
    return is_octal and all(name.isascii() and name.isalnum() and not name.isdigit() for name in (names, user, group))


def _span(machine: MachinePlan, text: str, places: Places) -> Span | None:
    return places.of_rule(machine.name, text) or places.span(machine.place)


def _refused(line: str, why: str, span: Span | None, machine: str, found: Findings) -> None:
    found.add(
        "CB429",
        Severity.WARNING,
        span,
        machine,
        (f"systemd-tmpfiles would pass over “{line.strip()}” on ", f": {why}"),
        help="write `d /srv/photos 0755 alice users -`: type, path, mode, user, group, age; `man tmpfiles.d` has the rest",
    )


def _ignored(rule: Rule, line: str, span: Span | None, machine: str, found: Findings) -> None:
    from clanback.checks.tmpfiles_rules import WITHOUT_ARGUMENT

    if rule.argument and rule.type in WITHOUT_ARGUMENT and not rule.argument.startswith("#"):
        found.add(
            "CB430",
            Severity.WARNING,
            span,
            machine,
            (f"systemd-tmpfiles would ignore the end of “{line.strip()}” on ", f": type {rule.type} takes no argument"),
            help=f"leave out “{rule.argument}”; a path with a space stands in quotes inside the line",
        )


def _folders(machine: MachinePlan, rules: list[tuple[str, Rule]], places: Places, found: Findings) -> None:
    """Rules about the folders that are saved, or about folders around these."""
    if not rules or not machine.state:
        return
    kept = [normal(_path(rule)) for _, rule in rules if rule.type in "xX"]
    for entry in machine.state.values():
        for folder in (normal(folder) for folder in entry.folders):
            for text, rule in rules:
                what = _what_it_does(rule, folder)
                if what is None or (what != "link" and any(contains(path, folder) for path in kept)):
                    continue
                span = _span(machine, text, places)
                if what == "link":
                    found.add(
                        "CB432",
                        Severity.WARNING,
                        span,
                        machine.name,
                        (
                            f"folder {folder} of state {entry.name} of ",
                            " is a symbolic link, and Borg saves the link, not what it leads to",
                        ),
                        help=f"name the folder that it leads to, {rule.argument or 'below /usr/share/factory'}, in the state",
                    )
                else:
                    found.add(
                        "CB431",
                        Severity.WARNING,
                        span,
                        machine.name,
                        (f"folder {folder} of state {entry.name} of ", f" is emptied: {what}"),
                        help="take the folder out of the rule, or give it the age `-`; what may be lost needs no state",
                    )


def _path(rule: Rule) -> str:
    return _SPECIFIERS.get(rule.path[:2], rule.path[:2]) + rule.path[2:]


def _what_it_does(rule: Rule, folder: str) -> str | None:
    """What a rule does to a saved folder: `link`, or the words for removing it; None if nothing."""
    path = normal(_path(rule))
    if rule.type == "L":
        return "link" if path == folder else None
    if rule.type in "rR" and any(sign in path for sign in "*?["):
        if rule.type == "R" and any(fnmatchcase(above, path) for above in _around(folder) if above.count("/") == path.count("/")):
            return f"`{rule.type}{rule.modifiers} {rule.path}` removes it at every start"
        return None
    if not contains(path, folder):
        return None
    if rule.type == "R" or rule.type == "D":
        return f"`{rule.type}{rule.modifiers} {rule.path}` removes what is in it at every start"
    if rule.type in _AGED and rule.age and "infinity" not in rule.age:
        return f"`{rule.type}{rule.modifiers} {rule.path}` removes what is older than {rule.age.lstrip('~').rpartition(':')[2]}"
    return None


def _around(folder: str) -> Iterator[str]:
    """The folder and those that contain it."""
    while folder and folder != "/":
        yield folder
        folder = folder.rpartition("/")[0]
