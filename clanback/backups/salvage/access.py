"""The ways to a repository: with the machine's own key, or with the operator's login on the server."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from typing import TYPE_CHECKING, Final

import attrs

from clanback.backups.reach import host_keys
from clanback.backups.salvage import borg
from clanback.backups.salvage.borg import Repository
from clanback.backups.salvage.places import RepositoryPlace, read_repository, target_of
from clanback.diagnostics import DiagnosticError, error
from clanback.remote.agent import agent
from clanback.remote.targets import parse_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from clanback.inventory.model import Inventory
    from clanback.plan.model import Job, Plan
    from clanback.remote.ssh import HostKeys, Session
    from clanback.remote.targets import Target
    from clanback.vars.store import Store

_ONE_AT_A_TIME: Final = threading.Lock()
"""Nobody is asked twice at once for the passphrase of an identity."""
_KEPT_BY: Final = "borg"
"""The user that NixOS keeps repositories as."""


@attrs.frozen
class Way:
    """One way to a repository. `login`: with the operator's own keys, else with the machine's key. `become`: Borg runs there as
    the user who keeps repositories, not as the one who logs in."""

    target: Target | None
    path: str
    host_keys: HostKeys | None = None
    login: bool = False
    become: bool = False

    @property
    def where(self) -> str:
        """For people."""
        if self.target is None:
            return f"the repository in {self.path}"
        return f"the repository on {self.target.machine}"


def ways(inventory: Inventory, plan: Plan, job: Job, *, through: str | None = None, repository: str | None = None) -> list[Way]:
    """How the repository of a job can be reached from here, the best first. Pure.

        `through` stands in for where its host is reached, `repository` for where the repository is. Raises DiagnosticError CB460,
    CB474.
    """
    place = read_repository(repository if repository is not None else job.repo)
    if place.host is None:
        if repository is None:
            raise DiagnosticError(
                error(
                    "CB474",
                    f"the job {job.name} of {job.machine} saves to {job.repo}, a folder of the machine itself",
                    help="bring its disk to this computer, and say with --repository where it is",
                )
            )
        return [Way(None, os.path.abspath(place.path))]
    if job.server is None or repository is not None:
        if through is not None:
            target = _named(job.name, through, place)
        else:
            target = target_of(place, job.name, "ssh" if repository is not None else job.rsh)
        # The key that an `rsh` names lies on the machine alone; the operator may be let in, too.
        return [Way(target, place.path), Way(target, place.path, login=True)]
    server = plan.machines[job.server]
    keys = host_keys(inventory, plan, job.server)
    if through is not None:
        target = _named(job.server, through, place)
        login = target
    elif server.target_host:
        login = parse_target(job.server, server.target_host)
        target = attrs.evolve(login, user=place.user or _KEPT_BY)
    else:
        login = target = target_of(place, job.server, "ssh")
    kept = server.repos.get(job.machine)
    user = place.user or _KEPT_BY
    found = [Way(target, place.path, keys)] if target.user == user else []
    if kept is not None and login.user != user:
        found.append(Way(login, kept.path, keys, login=True, become=True))
    return found


def _named(machine: str, through: str, place: RepositoryPlace) -> Target:
    """What `--through` says; without a user, the repository's."""
    target = parse_target(machine, through)
    return target if "@" in through else attrs.evolve(target, user=place.user or _KEPT_BY)


@contextlib.contextmanager
def opened(session: Session, store: Store, job: Job, way: Way) -> Iterator[Repository]:
    """The repository by one way. Raises DiagnosticError CB477 and those of `vars` where a secret cannot be had."""
    passphrase = secret(store, job, "borgbackup.repokey").rstrip(b"\n") + b"\n"
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="borg-", dir=session.folder))
        environment = {
            "BORG_BASE_DIR": folder,
            "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
            "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "no",
            "BORG_DISPLAY_PASSPHRASE": "no",
            "BORG_EXIT_CODES": "legacy",
            # Who sets it knows why: the repository of an old Borg can be read by a new one in no other way.
            **{name: value for name, value in os.environ.items() if name == "BORG_WORKAROUNDS"},
        }
        if way.target is None:
            yield Repository(way.path, environment, passphrase, way.where)
            return
        more: tuple[tuple[str, str], ...] = ()
        if not way.login:
            public = secret(store, job, "borgbackup.ssh.pub").decode("utf-8", "replace")
            more = stack.enter_context(agent(folder, secret(store, job, "borgbackup.ssh"), public))
        words = session.words(way.target, way.host_keys, shared=False, more=more)
        assert words[-2:] == ["--", way.target.host]
        heard = os.path.join(folder, "heard")
        environment["BORG_RSH"] = borg.overheard(words[:-1], heard)
        if way.become:  # as the user whose files they are: what root writes there, the client's Borg cannot remove
            become = f"setpriv --reuid={_KEPT_BY} --regid={_KEPT_BY} --init-groups -- borg"
            environment["BORG_REMOTE_PATH"] = become if way.target.user == "root" else "borg"
        host = f"[{way.target.host}]" if ":" in way.target.host else way.target.host
        yield Repository(f"ssh://{host}{way.path}", environment, passphrase, way.where, heard)


def secret(store: Store, job: Job, file: str) -> bytes:
    """A secret of the job's machine, decrypted."""
    item = store.items.get(f"per-machine/{job.machine}/borgbackup")
    found = item.file(file) if item is not None else None
    if item is None or found is None:
        raise DiagnosticError(
            error("CB477", f"the clan has no {file} for {job.machine}", help="is the machine still a client in clan.nix?")
        )
    try:
        with _ONE_AT_A_TIME:
            return store.value(item, found)
    except DiagnosticError as failure:
        told = [attrs.evolve(one, help=_ADVICE.get(one.code, one.help)) for one in failure.diagnostics]
        raise DiagnosticError(*told) from None


_ADVICE: Final[Mapping[str, str]] = {
    "CB510": "get secrets/ and vars/ back from version control or a copy: "
    "a newly generated passphrase cannot open the old repository",
    "CB512": "copy yours to ~/.config/age/identities, from another computer or a backup of it: a new one decrypts nothing",
}
"""What helps where an old repository is to be opened: nothing that is made anew."""
