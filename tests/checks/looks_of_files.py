"""How codes look that files cause which no small piece of a `clan.nix` can be: syntax, evaluation, inventory, plan, rendering."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Callable
from unittest import mock

from tests.checks.desk import CLAN, Desk

Look = Callable[[Desk], str]


def check(content: str | bytes, *options: str, **others: str) -> Look:
    """`clanback check` of a clan with such a `clan.nix` and other files; `__` in their names is a dot."""

    def look(desk: Desk) -> str:
        desk.write("clan.nix", content)
        for name, text in others.items():
            desk.write(name.replace("__", "."), text)
        return desk.type("check", *options)

    return look


def no_clan(desk: Desk) -> str:
    return desk.type("check")


def no_regular_file(desk: Desk) -> str:
    os.mkfifo(desk.folder / "pipe")
    return desk.type("--clan", "pipe", "check")


def rendered(desk: Desk) -> None:
    desk.write("clan.nix", CLAN)
    desk.type("render")


def output_is_a_file(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    desk.write("generated", "")
    return desk.type("-q", "render")


def edited_by_hand(desk: Desk) -> str:
    rendered(desk)
    desk.write("generated/default.nix", "{ }\n")
    desk.write("clan.nix", CLAN.replace("/home", "/srv"))
    return desk.type("-q", "render")


def full_disk(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    with mock.patch("clanback.render.writing.synchronise", side_effect=OSError(28, "No space left on device")):
        return desk.type("-q", "render")


def two_at_once(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    descriptor = os.open(desk.folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with mock.patch("clanback.system.locks.WAIT_SECONDS", 0.0):
            return desk.type("-q", "render")
    finally:
        os.close(descriptor)


def absolute_paths(desk: Desk) -> str:
    motd = "  machines.laptop.environment.etc.motd.source = ./motd;\n}"
    desk.write("clan.nix", f"{CLAN.rstrip().removesuffix('}')}{motd}\n")
    desk.write("motd", "hello")
    return desk.type("render", "--out", str(desk.home / "modules"))


def file_of_others(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    desk.write("generated/default.nix", "{ }\n")
    return desk.type("-q", "render")


def git(desk: Desk, *words: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(desk.folder), *words]
    subprocess.run(command, capture_output=True, check=True)


def committed(desk: Desk, text: str = CLAN) -> None:
    desk.write("clan.nix", text)
    git(desk, "init", "-q", "-b", "main")
    git(desk, "add", "-A")
    git(desk, "commit", "-qm", "first")


def no_repository(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    return (
        desk.type("plan", GIT_CEILING_DIRECTORIES=str(desk.folder.parent))
        .replace("GIT_CEILING_DIRECTORIES='", "")
        .replace(f"{desk.folder.parent}' ", "")
    )


def no_commit(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    git(desk, "init", "-q")
    return desk.type("plan")


def odd_names(desk: Desk) -> str:
    committed(desk)
    tree = (
        b"100644 blob "
        + subprocess.run(
            ["git", "-C", str(desk.folder), "rev-parse", "HEAD:clan.nix"], capture_output=True, check=True
        ).stdout.strip()
    )
    made = (
        subprocess.run(
            ["git", "-C", str(desk.folder), "mktree", "-z", "--missing"],
            input=tree + b"\t..\0",
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .strip()
    )
    commit = (
        subprocess.run(
            ["git", "-C", str(desk.folder), "-c", "user.name=t", "-c", "user.email=t@e", "commit-tree", "-m", "odd", made],
            capture_output=True,
            check=True,
        )
        .stdout.decode()
        .strip()
    )
    git(desk, "branch", "odd", commit)
    return desk.type("plan", "--against", "odd")


def broken_before(desk: Desk) -> str:
    committed(desk, CLAN.replace("};", "}"))
    desk.write("clan.nix", CLAN)
    return desk.type("plan")


def no_drawing(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    (desk.folder / "pictures").mkdir()
    return desk.type("graph", "--out", "pictures")


def at_fault(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    with mock.patch("clanback.stages._follow", side_effect=KeyError("laptop")):
        text = desk.type("check")
    return "\n".join(_no_versions(line) for line in text.splitlines()) + "\n"


def _no_versions(line: str) -> str:
    return "   = note: clanback 0.1.0, Python 3.13.0, in stages.py:120" if "Python" in line else line


def full_disk_behind_stdout(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    with mock.patch("clanback.stages._follow", side_effect=OSError(28, "No space left on device")):
        return desk.type("show", shown="clanback show > /mnt/full/plan.txt")


LOOKS: dict[str, Look] = {
    "CB022": check('{ meta.name = "a\0"; }\n'),
    "CB023": check('\ufeff{ meta.name = "a"; }\n'),
    "CB155": check(
        '{ inputs, ... }: {\n  meta.name = "home";\n'
        "  inventory.instances.sshd.roles.server.extraModules = [ inputs.mine.sshd ];\n}\n",
        "--strict",
    ),
    "CB200": no_clan,
    "CB222": no_regular_file,
    "CB224": check(
        '{ meta.name = "home"; inventory.machines.laptop = { }; }\n',
        flake__nix='{ inputs.clan-core.url = "x"; outputs = inputs: throw "broken"; }\n',
    ),
    "CB490": no_repository,
    "CB491": no_commit,
    "CB492": odd_names,
    "CB493": broken_before,
    "CB494": no_drawing,
    "CB600": output_is_a_file,
    "CB601": edited_by_hand,
    "CB602": full_disk,
    "CB603": two_at_once,
    "CB605": absolute_paths,
    "CB606": file_of_others,
    "CB900": at_fault,
    "CB901": full_disk_behind_stdout,
}
