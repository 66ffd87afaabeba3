"""What went wrong elsewhere, as diagnostics: what ssh says, what a machine answers, what Borg complains of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clanback.diagnostics import error
from clanback.remote.ssh import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from clanback.diagnostics import Diagnostic
    from clanback.remote.ssh import UnreachableError
    from clanback.system.processes import Finished

_BY_MACHINE: Final[Mapping[str, str]] = {
    "passphrase": "CB473",
    "no-repository": "CB474",
    "relocated": "CB474",
    "replayed": "CB474",
    "damaged": "CB474",
    "unauthenticated": "CB474",
    "connection": "CB479",
    "host-key": "CB479",
    "refused-by-server": "CB479",
    "locked": "CB475",
    "busy": "CB475",
    "disk-full": "CB476",
    "quota": "CB476",
    "no-such-archive": "CB468",
    "no-archive": "CB482",
    "not-in-archive": "CB470",
    "no-such-state": "CB469",
    "nothing-asked": "CB469",
    "no-such-job": "CB480",
    "no-such-repository": "CB480",
    "scratch": "CB476",
    "history-changed": "CB474",
    "no-borg": "CB467",
}
"""The words that machines answer with (docs/reference/machine-protocol.md), and our codes; all others are CB465."""

_NOTES: Final = 6
"""Lines of a journal that are told."""

_BY_PHRASE: Final = (
    ("failed to create/acquire the lock", "CB475"),
    ("no space left on device", "CB476"),
    ("insufficient free space", "CB476"),
    ("storage quota", "CB476"),
    ("passphrase supplied in", "CB473"),
    ("host key verification failed", "CB463"),
    ("permission denied (publickey", "CB479"),
    (": cd: /", "CB474"),
    ("is not a valid repository", "CB474"),
    ("connection closed by remote host", "CB479"),
    ("connection refused", "CB479"),
    ("could not resolve hostname", "CB479"),
)
"""What Borg and ssh say in a job's journal, in small letters, and our codes; the first that occurs counts."""

_HELP: Final[Mapping[str, str]] = {
    "CB463": "who answered is not the server that is pinned: if it was installed anew, render and deploy again",
    "CB473": "see whether the passphrase in vars/ is that of the repository: `clanback vars check`",
    "CB474": "look on the server where the repository is; nothing was written",
    "CB475": "wait until whoever uses the repository is done, and run the command again",
    "CB479": "see that the server runs; its log says why it ended the connection: journalctl -u sshd",
    "CB476": "make room, and run the command again; archives that are complete are not touched",
    "CB468": "`clanback backups list MACHINE` prints the archives there are",
}


def of_ssh(machine: str, failure: UnreachableError, *, option: str = "--target-host") -> Diagnostic:
    """Why there is no answer from a machine; `option` is the command's own for another address."""
    where = failure.target.host if failure.target.port is None else f"{failure.target.host}, port {failure.target.port}"
    notes = tuple(f"ssh: {line.removeprefix('ssh: ')}" for line in failure.reason.splitlines()[-4:])
    if failure.trouble is Trouble.HOST_KEY:
        return error(
            "CB463",
            f"{machine} ({where}) shows a host key that is not the one we know: nothing was sent to it",
            notes=notes,
            help="if it was installed anew, give it its keys (`clanback vars upload`); if not, somebody else answers there",
        )
    if failure.trouble is Trouble.LOST:
        return error(
            "CB464",
            f"the connection to {machine} was lost while it worked",
            notes=notes,
            help=f"what it began may go on there: look with `clanback backups status {machine}`, then run the command again",
        )
    if failure.trouble is Trouble.DENIED:
        return error(
            "CB462",
            f"{machine} ({where}) does not let {failure.target.user} in",
            notes=notes,
            help="see that your key is among the machine's authorized keys and in your ssh agent",
        )
    return error(
        "CB462",
        f"{machine} cannot be reached at {where}",
        notes=notes,
        help=f"see that it runs, and that `deploy.targetHost` is where it is reached; {option} tries another address",
    )


def of_answer(machine: str, answer: Mapping[str, Any]) -> Diagnostic:
    """A machine's answer of the type `error`."""
    code = _BY_MACHINE.get(str(answer.get("code")), "CB465")
    job = answer.get("job")
    said = str(answer.get("message") or "no reason given")
    if code == "CB465" and "is not a valid repository" in said:  # an empty folder, before the first backup
        code = "CB474"
    advice = (
        answer.get("help")
        or _HELP.get(code, "").replace("MACHINE", machine)
        or f"look at it on the machine: journalctl -u borgbackup-job-{job or 'NAME'}"
    )
    return error(code, f"{machine}{f', job {job}' if job else ''}: {said}", help=str(advice))


def of_run(machine: str, job: str, result: str, log: Sequence[str]) -> Diagnostic:
    """A job that ran and failed; `log` are the last lines of its journal."""
    together = "\n".join(log).lower()
    code = next((code for phrase, code in _BY_PHRASE if phrase in together), "CB483")
    said = [line for line in log if not line.startswith(("running pre-backup-", "running post-backup-"))]
    advice = _HELP.get(code, f"the journal of the machine says more: journalctl -u borgbackup-job-{job}")
    return error(code, f"{machine}: job {job} failed ({result})", notes=tuple(dict.fromkeys(said))[-_NOTES:], help=advice)


def of_command(machine: str, command: str, finished: Finished) -> Diagnostic:
    """A command that failed on a machine that speaks the contract only."""
    if finished.status == 127:
        return no_commands(machine)
    notes = tuple(finished.complaint.splitlines())
    return error(
        "CB465",
        f"{machine}: `{command}` ended with exit status {finished.status}",
        notes=notes,
        help="its own words are above, more is in the journal of the machine",
    )


def no_commands(machine: str) -> Diagnostic:
    """A machine without backup commands."""
    return error(
        "CB467",
        f"{machine} has no backup commands",
        help="deploy what `clanback render` wrote for it; machines that save nothing have none",
    )
