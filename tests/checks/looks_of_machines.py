"""How codes look that come up where machines are asked: CB46x to CB48x, CB91x.

What a machine answers is written here, word for word as `clanback-machine` and ssh say it; all that clanback makes of it is real.
tests/e2e/ has the machines themselves.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest import mock

from clanback.backups.salvage import access, placing
from clanback.demo.story import _unexpected
from clanback.diagnostics import DiagnosticError, error
from clanback.remote.ssh import Trouble, UnreachableError
from clanback.remote.targets import Target
from clanback.system.processes import Finished
from tests.checks.desk import CLAN, Desk

Look = Callable[[Desk], str]
Answer = dict[str, Any]
ARCHIVE = "server::borg@server:.::laptop-server-2026-11-24T01:00:00"
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


class Machines:
    """A session with machines that answer what was written down for them."""

    def __init__(
        self, *answers: Answer, exit: int = 0, without_program: bool = False, stdout: str = "", stderr: str = ""
    ) -> None:
        end = {"type": "end", "exit": exit}
        self.lines = stdout or "".join(json.dumps({"format_version": 1, **one}) + "\n" for one in (*answers, end))
        self.exit, self.without_program, self.stderr = exit, without_program, stderr
        self.trouble: tuple[Trouble, str] | None = None

    def run(self, target: Target, command: list[str], on_stdout: Callable[[str], None] | None = None, **_: Any) -> Finished:
        if self.trouble is not None:
            raise UnreachableError(target, self.trouble[1], self.trouble[0])
        if self.without_program and command[0] == "clanback-machine":
            return Finished(command[0], 127, b"", b"")
        for line in self.lines.splitlines():
            if on_stdout is not None:
                on_stdout(line)
        return Finished(command[0], self.exit, self.lines.encode(), self.stderr.encode())


def asked(machines: Machines, *words: str, clan: str = CLAN) -> Look:
    """`clanback backups WORDS`, with machines that answer so."""

    @contextmanager
    def session(**_: object) -> Iterator[Machines]:
        yield machines

    def look(desk: Desk) -> str:
        desk.write("clan.nix", clan)
        with mock.patch("clanback.remote.ssh.session", session):
            return desk.type("backups", *words)

    return look


def unreachable(trouble: Trouble, reason: str, *words: str) -> Look:
    machines = Machines()
    machines.trouble = (trouble, reason)
    return asked(machines, *words)


def refused(code: str, message: str, help: str = "", *words: str) -> Look:
    """`backups create` where the machine answers with an error."""
    answer = {"type": "error", "code": code, "message": message, "job": "server", "help": help}
    return asked(Machines(answer, exit=1), *(words or ("create", "laptop")))


MACHINE = {"type": "machine", "name": "laptop", "version": "0.1.0", "borg": "1.4.0", "now": NOW.isoformat(), "states": {}}
IDLE = {"state": "idle", "result": "success", "started": ago(3), "finished": ago(3), "next": ago(-20.5), "timer": True}


def job(**changes: Any) -> Answer:
    newest = {"name": ARCHIVE.rpartition("::")[2], "start": ago(3), "files": 1200, "size": 3_200_000_000, "added": 12_000_000}
    known = {"type": "job", "job": "server", "repository": "borg@server:.", "archives": 12, "newest": newest, "run": IDLE}
    return {**known, **changes}


def status(machine: str, *answers: Answer) -> Look:
    return asked(Machines({**MACHINE, "name": machine}, *answers), "status", machine)


SERVER = {
    "type": "repository",
    "client": "laptop",
    "path": "/var/lib/borgbackup/laptop",
    "exists": True,
    "size": 10**10,
    "free": 10**12,
}
LOCK = {"host": "laptop", "pid": 4711, "since": ago(60), "alive": False}
WITHOUT_TARGET = CLAN.replace(
    '  inventory.machines.laptop.deploy.targetHost = "root@laptop.home.example";\n', "  inventory.machines.laptop = { };\n"
)
COMMAND = CLAN.replace("root@laptop.home.example", "root@laptop.home.example?ProxyCommand=nc")
COLON = CLAN.replace('[ "/home" ]', '[ "/home" "/srv/a:b" ]')


def no_secrets(desk: Desk) -> str:
    try:
        access.secret(SimpleNamespace(items={}), SimpleNamespace(machine="laptop"), "borgbackup.ssh")  # type: ignore[arg-type]
    except DiagnosticError as problem:
        return desk.prints("clanback backups restore laptop --from-repository --to rescued", problem.diagnostics)
    raise AssertionError


def in_the_way(desk: Desk) -> str:
    found = placing.occupied("rescued", ["home/alice/welcome.md", "home/alice/finance.txt"])
    return desk.prints("clanback backups restore laptop --from-repository --to rescued", [found])


def no_such_place(desk: Desk) -> str:
    problem = OSError(20, os.strerror(20))
    return desk.prints(
        "clanback backups restore laptop --from-repository --to clan.nix", [placing._unusable("clan.nix", problem)]
    )


def no_program(desk: Desk) -> str:
    desk.write("clan.nix", CLAN)
    text = desk.type("backups", "status", "laptop", PATH="/nowhere").replace("PATH='/nowhere' ", "")
    return text[: text.index("$")] + "$ clanback backups status laptop\n" + text[text.index("error[") :]


def no_namespaces(desk: Desk) -> str:
    from clanback.demo.machines import _HELP

    complaint = "unshare: unshare failed: Operation not permitted"
    return desk.prints("clanback demo", [error("CB911", f"the machine backup-server does not start: {complaint}", help=_HELP)])


def demo_went_wrong(desk: Desk) -> str:
    return desk.prints("clanback demo", [_unexpected("documents/welcome.md is not what it was")])


NO_RESTORE = "restore", "laptop", "borgbackup"
LOOKS: dict[str, Look] = {
    "CB460": asked(Machines(), "status", "laptop", clan=COMMAND),
    "CB461": asked(Machines(), "status", "laptop", clan=WITHOUT_TARGET),
    "CB462": unreachable(
        Trouble.UNREACHABLE, "ssh: connect to host laptop.home.example port 22: No route to host", "create", "laptop"
    ),
    "CB463": unreachable(Trouble.HOST_KEY, "Host key verification failed.", "create", "laptop"),
    "CB464": unreachable(Trouble.LOST, "client_loop: send disconnect: Broken pipe", "create", "laptop", "--wait"),
    "CB465": refused("borg", "Failed to create/acquire the lock: unexpected answer"),
    "CB466": asked(Machines(stdout='{"format_version": 1, "type": "machine"}\n', exit=1, stderr="Killed\n"), "status", "laptop"),
    "CB467": asked(Machines(without_program=True, stdout="x", exit=127), "create", "laptop"),
    "CB468": asked(Machines(), *NO_RESTORE, "yesterday"),
    "CB469": asked(Machines(MACHINE, job(paths=["/home"])), *NO_RESTORE, ARCHIVE, "--service", "dosc"),
    "CB470": asked(Machines(MACHINE, job(paths=["/home"])), *NO_RESTORE, ARCHIVE, "--path", "documents"),
    "CB471": asked(Machines(without_program=True), *NO_RESTORE, ARCHIVE, clan=COLON),
    "CB472": asked(Machines(without_program=True), "create", "laptop", "--job", "server"),
    "CB473": refused("passphrase", "passphrase supplied in BORG_PASSCOMMAND is incorrect"),
    "CB474": refused("no-repository", "Repository borg@server:. does not exist."),
    "CB475": refused("locked", "Failed to create/acquire the lock /var/lib/borgbackup/laptop/lock.exclusive (timeout)."),
    "CB476": refused("quota", "the quota of the repository is used up: 100 GB of 100 GB"),
    "CB477": no_secrets,
    "CB478": in_the_way,
    "CB479": refused("connection", "Connection closed by remote host. Is borg working on the server?"),
    "CB480": status("laptop"),
    "CB481": status("laptop", job(newest={"name": "laptop-server", "start": ago(100)})),
    "CB482": status("laptop", job(newest=None, archives=0)),
    "CB483": status("laptop", job(run={**IDLE, "state": "failed", "result": "exit-code"})),
    "CB484": asked(Machines({**MACHINE, "now": ago(5)}, job(newest={"name": "x", "start": ago(7)})), "status", "laptop"),
    "CB485": asked(
        Machines(
            MACHINE,
            {
                "type": "check",
                "job": "server",
                "what": "repository",
                "ok": False,
                "message": "Index object count mismatch.\nCompleted repository check, errors found.",
                "seconds": 3.0,
            },
            exit=1,
        ),
        "verify",
        "laptop",
    ),
    "CB486": asked(
        Machines(without_program=True),
        *NO_RESTORE,
        ARCHIVE,
        "--dry-run",
        clan=CLAN.replace('[ "/home" ]', '[ "/home" ]; machines.laptop.imports = [ (import <nixpkgs>) ]'),
    ),
    "CB487": status("server", {**SERVER, "locks": [LOCK]}),
    "CB488": status("laptop", job(), job(job="storagebox", repository="u1@box.example:laptop")),
    "CB489": no_such_place,
    "CB910": no_program,
    "CB911": no_namespaces,
    "CB912": demo_went_wrong,
}
