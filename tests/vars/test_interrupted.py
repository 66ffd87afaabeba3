"""Killed at any moment: no key is lost or half-written, the next run completes; two at once do not mix (issue 3, item 4)."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clanback.diagnostics import DiagnosticError, Severity
from clanback.system import files, locks
from clanback.vars import change, generate
from clanback.vars.checking import check
from clanback.vars.store import Store
from tests.vars.programs import CLANBACK, Clan
from tests.vars.stores import open_store


@pytest.fixture(autouse=True)
def without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the disk after a power cut is not what these tests are about, and waiting for it takes most of the time."""
    monkeypatch.setattr(files, "synchronise_file_system", lambda folder: None)


KILLS = int(os.environ.get("CLANBACK_KILLS", "100"))


def generate_all(store: Store, *, anew: bool = False) -> None:
    items = generate.chosen(store, store.plan.machines)
    keys = frozenset(item.key for item in items) if anew else frozenset()
    generate.generate(store, items, {}, anew=keys, passphrases_too=True)


def in_a_child(act: Callable[[], None]) -> int:
    """Fork, do it there, and leave without a trace of pytest; the child's number."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def errors(store: Store) -> list[str]:
    return [f"{one.code}: {one.message}" for one in check(store, list(store.plan.machines)) if one.severity is Severity.ERROR]


def values(store: Store) -> dict[str, bytes]:
    """Every value that is there, decrypted."""
    return {
        f"{item.key}/{file.name}": store.value(item, file)
        for item in store.items.values()
        for file in item.files
        if store.has(item, file)
    }


def die_at(step: int) -> Callable[[], bool]:
    """Make this process end, as if killed, just before its `step`-th change to the file system; says whether it came so far."""
    left = step

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return call

    for name in ("rename", "replace", "open", "mkdir", "unlink", "rmdir", "fsync", "write"):
        setattr(os, name, dying(getattr(os, name)))
    return lambda: left <= 0


def test_killed_before_every_single_change_to_the_file_system(two: Clan) -> None:
    """Everything is made anew over a complete store: afterwards all is old, or all is new, and fits together."""
    generate_all(open_store(two))
    step, outcomes = 0, set()
    while True:
        step += 1
        before = values(open_store(two))

        def act(step: int = step) -> None:
            store = open_store(two)
            die_at(step)
            generate_all(store, anew=True)

        status = ended(in_a_child(act))
        store = open_store(two)
        store.settle()
        assert errors(store) == [], f"killed at step {step}"
        after = values(store)
        changed = {key for key, value in before.items() if after[key] != value}
        assert changed in (set(), set(before)), f"killed at step {step}"
        outcomes.add(bool(changed))
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert outcomes == {True, False}
    assert step > 60


def test_killed_at_random_moments_while_making_everything(two: Clan) -> None:
    """From an empty store on: what a run has finished stays for good, and the last run finds nothing to do."""
    chance = random.Random(4)
    begun = time.monotonic()
    ended(in_a_child(lambda: generate_all(open_store(two), anew=True)))
    longest = time.monotonic() - begun
    killed = number = 0
    while killed < KILLS:
        number += 1
        if number % 4 == 1:
            subprocess.run(["rm", "-rf", two.folder / "vars", two.folder / "secrets"], check=True)
        store = open_store(two)
        store.settle()
        before = values(store)
        begun = time.monotonic()
        child = in_a_child(lambda number=number: generate_all(open_store(two), anew=number % 2 == 0))  # type: ignore[misc]
        time.sleep(chance.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        if ended(child) == -signal.SIGKILL:
            killed += 1
        else:  # it was done already: the machine has more time for us now than when it was measured
            longest = max(0.005, min(longest, 0.9 * (time.monotonic() - begun)))
        store = open_store(two)
        store.settle()
        assert [one for one in errors(store) if not one.startswith("CB510")] == []
        if number % 2 == 1:
            after = values(store)
            assert {key: after[key] for key in before} == before
    generate_all(open_store(two))
    store = open_store(two)
    assert errors(store) == []
    assert not list(two.folder.rglob("*clanback-change*"))


@pytest.mark.parametrize("by", ["vars get", "render"])
def test_a_key_and_its_certificate_change_together(two: Clan, by: str) -> None:
    """Whoever comes after a run that was killed in the middle of a change finishes it before it reads."""
    generate_all(open_store(two))
    real, calls = os.rename, 0

    def act() -> None:
        def rename(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == 5:  # the first is the decision
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        store = open_store(two)
        os.rename = rename
        generate_all(store, anew=True)

    assert ended(in_a_child(act)) == -signal.SIGKILL
    assert change.is_pending(str(two.folder))
    if by == "render":
        two.run("render")
        assert not change.is_pending(str(two.folder))
        key = two.public("per-machine/b/openssh/ssh.id_ed25519.pub").read_text().strip()
        assert key in (two.folder / "generated/a/borgbackup.nix").read_text()
        assert errors(open_store(two)) == []
        return
    done = two.vars("get", "a", "openssh/ssh.id_ed25519.pub")
    assert "finished what an interrupted run had begun" in done.stderr
    assert not change.is_pending(str(two.folder))
    assert errors(open_store(two)) == []


def test_a_list_of_changes_that_leads_elsewhere_is_refused(two: Clan) -> None:
    decided = two.folder / change.DECIDED
    decided.mkdir(parents=True)
    (decided / "0").write_text("mine")
    targets = ("../outside", "vars/../../outside", "/etc/x", "clan.nix", "secrets//x", "vars/.")
    for text in (*(f'{{"0": "{target}"}}' for target in targets), "[" * 100_000, "", "\xff"):
        (decided / "files.json").write_text(text)
        with pytest.raises(DiagnosticError, match="CB530"):
            change.finish(str(two.folder))
    assert not (two.folder.parent / "outside").exists()


def test_two_at_once_make_everything_once(two: Clan) -> None:
    runs = [
        subprocess.Popen(
            [*CLANBACK, "vars", "generate"],
            cwd=two.folder,
            env=two.environment(),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    said = [run.communicate(timeout=60)[1].decode() for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert sum("borgbackup.repokey" in text for text in said) == 1
    assert sum("nothing to do" in text for text in said) == 2
    assert errors(open_store(two)) == []


def test_who_cannot_wait_any_longer_says_so(two: Clan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.2)
    folder = two.folder / "secrets"
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    waited: list[bool] = []
    try:
        store = open_store(two)
        items = generate.chosen(store, ["a"])
        with pytest.raises(DiagnosticError, match="CB520") as stopped:
            generate.generate(store, items, {}, on_wait=lambda: waited.append(True))
    finally:
        os.close(descriptor)
    assert waited == [True]
    assert "another clanback is changing the secrets" in stopped.value.diagnostics[0].message


def test_nothing_is_written_for_a_run_that_reads(two: Clan, tmp_path: Path) -> None:
    two.vars("generate")
    before = {path: path.stat().st_mtime_ns for path in two.folder.rglob("*")}
    two.vars("list")
    two.vars("get", "a", "borgbackup/borgbackup.repokey")
    two.vars("check")
    assert {path: path.stat().st_mtime_ns for path in two.folder.rglob("*")} == before
