"""The demo: the tutorial from an empty folder to a laptop that was stolen, told while it happens.

Commands of ours run as programs of their own, so that what is shown is what they print.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import tempfile
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from clanback.demo import machines, witness
from clanback.demo.machines import Neighbourhood
from clanback.demo.workplace import Workplace
from clanback.diagnostics import DiagnosticError, error
from clanback.system import processes
from clanback.system.background import Background

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.demo.witness import Seen
    from clanback.diagnostics import Diagnostic
    from clanback.system.processes import Finished

HERE: Final = os.path.dirname(os.path.abspath(__file__))
LAPTOP: Final = "alice-laptop"
SERVER: Final = "backup-server"
FOLDERS: Final = ("documents", "pictures")
_PROGRAMS: Final = ("unshare", "sshd", "ssh", "ssh-keygen", "borg", "age", "jq", "flock", "/usr/bin/python3")


class Teller(Protocol):
    """Who tells the story to the person at the terminal."""

    def chapter(self, title: str) -> None:
        """Begin a chapter."""

    def say(self, text: str) -> None:
        """Explain something."""

    def command(self, where: str, text: str) -> None:
        """Show a command, and where it is typed: on a machine, or nowhere in particular."""

    def output(self, text: str) -> None:
        """Show what a program printed."""

    def compared(self, path: str, what: str) -> None:
        """Say that a file is as it was."""


def require_programs() -> None:
    """Raise DiagnosticError CB910 naming every program that is missing, and how to get it."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    missing = [processes.missing(name) for name in _PROGRAMS if shutil.which(name, path=path) is None]
    if missing:
        raise DiagnosticError(*missing)


class Interruptions:
    """While the block runs, SIGINT, SIGTERM and SIGHUP end it by an exception, so that everything is cleaned up.

    Python loses an exception that is raised inside a callback of its garbage collector: `check` raises it again.
    """

    def __init__(self) -> None:
        self._number: int | None = None
        self._before: dict[int, Any] = {}

    def check(self) -> None:
        """Go on, or end the block if a signal asked for that."""
        if self._number == signal.SIGINT:
            raise KeyboardInterrupt
        if self._number is not None:
            raise SystemExit(128 + self._number)

    def _interrupt(self, number: int, frame: object) -> None:
        del frame
        self._number = number
        self.check()

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def scratch(*, keep: bool) -> Iterator[str]:
    """A folder for everything, gone afterwards (unless `keep`), also when we are killed: another process sees to that."""
    folder = os.path.realpath(tempfile.mkdtemp(prefix="clanback-demo-"))
    os.chmod(folder, 0o711)  # noqa: S103 (users of the machines reach their homes through it)
    sweep = 'read -r _; chmod -R u+rwx "$1" 2>/dev/null; rm -rf -- "$1"'
    sweeper = None if keep else Background(["sh", "-c", sweep, "sweep", folder], log=os.devnull)
    try:
        yield folder
    finally:
        if sweeper is not None:
            machines.remove(folder)
            sweeper.end()


def tell(teller: Teller, folder: str, interruptions: Interruptions, *, verbose: bool = False) -> None:
    """Play the whole story in an empty folder; `verbose`: show more of what happens inside.

    Raises DiagnosticError CB912 where something is not as it should be.
    """
    with Neighbourhood(os.path.join(folder, "machines"), [LAPTOP, SERVER]) as neighbourhood:
        place = Workplace(folder, neighbourhood.addresses)
        _Story(teller, neighbourhood, place, interruptions, verbose=verbose).play()


class _Story:
    def __init__(
        self, teller: Teller, neighbourhood: Neighbourhood, place: Workplace, interruptions: Interruptions, *, verbose: bool
    ) -> None:
        self.verbose = verbose
        self.interruptions = interruptions
        self.teller = teller
        self.neighbourhood = neighbourhood
        self.place = place
        self.rendered = os.path.join(place.clan, "generated")
        self.laptop = neighbourhood.machines[LAPTOP]
        self.kept: dict[str, Seen] = {}

    def play(self) -> None:
        """All chapters."""
        self._declare()
        self._start()
        name = self._back_up()
        self._lose_and_restore(name)
        self._steal_and_rescue()
        self.interruptions.check()

    def _declare(self) -> None:
        self.teller.chapter("What matters, and where it goes: clan.nix")
        with open(os.path.join(HERE, "clan.nix"), encoding="utf-8") as file:
            text = file.read().replace('"KEY"', f'"{self.place.public_key}"')
        with open(os.path.join(self.place.clan, "clan.nix"), "w", encoding="utf-8") as file:
            file.write(text)
        self.teller.say(
            "clan.nix says: alice-laptop is a client, backup-server keeps its backups, two of Alice's folders matter."
        )
        self._clanback(*(() if self.verbose else ("-q",)), "vars", "generate")
        self.teller.say(
            "Made: host keys, a key that opens Borg's repository and nothing else, its passphrase. Encrypted with age."
        )
        self._clanback("render")
        self.teller.say("These are NixOS modules, ready for any flake.")

    def _start(self) -> None:
        self.teller.chapter("Two machines")
        secrets = self.place.secrets(self.neighbourhood.machines)
        self.neighbourhood.install(self.rendered, secrets)
        self.neighbourhood.start()
        self.teller.say("Both run now, with what was rendered for them. Alice logs in to her laptop and writes three files.")
        picture = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + random.Random(1).randbytes(60_000)  # noqa: S311 (a picture, not a secret)
        self._alice("echo 'Hello World!' > documents/welcome.md")
        self._alice("echo 'Account total: 5000' > documents/finance.txt; chmod 600 documents/finance.txt")
        self._alice("cat > pictures/hero.jpg", picture)
        self.kept = self._look()

    def _back_up(self) -> str:
        self.teller.chapter("A backup")
        self._clanback("backups", "create", LAPTOP, "--wait")
        if self.verbose:
            self._root(f"journalctl -u borgbackup-job-{SERVER}")
        names = self._clanback("backups", "list", LAPTOP).text.split()
        if len(names) != 1:
            raise DiagnosticError(_unexpected(f"there are {len(names)} archives after one backup"))
        self.teller.say("JOB::REPOSITORY::ARCHIVE: it lies on backup-server, encrypted; the server cannot read it.")
        return names[0]

    def _lose_and_restore(self, name: str) -> None:
        self.teller.chapter("A file is lost, and comes back")
        self._alice("rm documents/welcome.md")
        self._clanback("backups", "restore", LAPTOP, "borgbackup", name)
        self._compare(self._look(), "content, mode, owner and time are what they were")

    def _steal_and_rescue(self) -> None:
        self.teller.chapter("The laptop is stolen")
        self.laptop.destroy()
        self.teller.say(
            "Its processes are ended, its disk is gone. What is left: the server, and this repository with its secrets."
        )
        self._clanback("backups", "restore", LAPTOP, "--from-repository", "--to", "rescued")
        rescued: dict[str, Seen] = {}
        for folder in FOLDERS:
            found = witness.look(os.path.join(self.place.clan, "rescued/home/alice", folder))
            rescued |= {f"{folder}/{path}": seen for path, seen in found.items()}
        self._compare(rescued, "content, mode and time are what they were", ignoring=("owner",))

    # ---- doing and showing -------------------------------------------------------------------------------------------

    def _clanback(self, *arguments: str) -> Finished:
        self.interruptions.check()
        self.teller.command("", " ".join(["clanback", *arguments]))
        done = self.place.clanback(*arguments)
        for text in (done.stderr.decode("utf-8", "replace"), done.stdout.decode("utf-8", "replace")):
            self.teller.output(text if self.verbose else text.replace(f"{self.place.clan}/", ""))
        if done.status != 0:
            raise DiagnosticError(_unexpected(f"clanback {arguments[0]} ended with exit status {done.status}"))
        return done

    def _alice(self, command: str, stdin: bytes = b"") -> None:
        self.interruptions.check()
        self.teller.command("alice@alice-laptop", command)
        done = self.place.ssh("alice", self.laptop.address, command, stdin)
        if done.status != 0:
            raise DiagnosticError(_unexpected(f"Alice's command failed: {done.complaint}"))
        self.teller.output(done.text)

    def _root(self, command: str) -> None:
        self.teller.command("root@alice-laptop", command)
        self.teller.output(self.place.ssh("root", self.laptop.address, command).text)

    def _look(self) -> dict[str, Seen]:
        found: dict[str, Seen] = {}
        for folder in FOLDERS:
            seen = witness.look(self.laptop.path(f"/home/alice/{folder}"))
            found |= {f"{folder}/{path}": one for path, one in seen.items()}
        return found

    def _compare(self, after: dict[str, Seen], what: str, ignoring: tuple[str, ...] = ()) -> None:
        lines = witness.differences(self.kept, after, ignoring)
        if lines:
            raise DiagnosticError(_unexpected("; ".join(lines)))
        for path in self.kept:
            self.teller.compared(path, what)


def _unexpected(what: str) -> Diagnostic:
    return error("CB912", f"the demo did not go as it should: {what}", help="run it again with --keep, and look at the folder")
