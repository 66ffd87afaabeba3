"""Fuzz lexer, parser, evaluator and the way from a clan.nix to a plan, for as long as you like.

    python -m tests.fuzz [--seconds N | --tries N] [--target NAME…] [--bytes] [--seed N] [--out FOLDER]

With atheris installed (`pip install atheris`) new inputs are chosen by the code they reach; without it, by chance alone.
Every input that brings about something else than a result or a diagnostic is written to FOLDER, once for each place where it
goes wrong; it belongs into tests/fuzz/found/ then, where `tests/fuzz/test_fuzz.py` tries it again for ever.
`--bytes`: nothing but random bytes (DESIGN section 12).
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import os
import random
import subprocess
import sys
import time
import traceback
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TARGETS: dict[str, Any] = {}
"""Filled by `load`, so that atheris can see the imports."""

SHARES = {"evaluator": 3, "parser": 2, "clan": 2, "lexer": 1, "repository": 3}
"""The targets, and how much of the time each gets where they run one after the other."""
SLOW = 6.0
"""Processor seconds after which a single try is a finding too."""
HANG = 60
"""Seconds after which the whole run ends with a traceback: a hang."""


class Session:
    """Tries inputs on targets and keeps count; what is found goes to `out`."""

    def __init__(self, out: Path | None) -> None:
        self.out = out
        self.tries: dict[str, int] = {}
        self.found: dict[str, tuple[str, bytes]] = {}
        self.begun = time.monotonic()
        self._said = self.begun
        self._watched = 0.0

    def attempt(self, target: str, data: bytes) -> None:
        """One try."""
        self.tries[target] = self.tries.get(target, 0) + 1
        begin = time.process_time()
        self._watch()
        try:
            TARGETS[target](data)
        except Exception as problem:
            self._keep(target, data, problem)
        if time.process_time() - begin > SLOW:
            self._keep(target, data, TimeoutError(f"a try of {time.process_time() - begin:.1f} s"))
        now = time.monotonic()
        if self.out is not None and now - self._said > 60:
            self._said = now
            print(self.summary(), flush=True)

    def _watch(self) -> None:
        """A try that hangs ends the run. Setting the watch takes as long as a short try, so it is set once a second."""
        now = time.monotonic()
        if now - self._watched > 1:
            self._watched = now
            faulthandler.dump_traceback_later(HANG, exit=True)

    def close(self) -> None:
        """End the watch."""
        faulthandler.cancel_dump_traceback_later()
        self._watched = 0.0

    def _keep(self, target: str, data: bytes, problem: BaseException) -> None:
        frames = [
            frame
            for frame in traceback.extract_tb(problem.__traceback__)
            if "/clanback/" in frame.filename or "tests" in frame.filename
        ]
        where = " < ".join(f"{Path(frame.filename).name}:{frame.name}" for frame in reversed(frames[-3:]))
        key = f"{target} {type(problem).__name__} {where}"
        if key in self.found:
            return
        self.found[key] = (f"{problem}"[:300], data)
        if self.out is None:
            return
        name = f"{target}-{hashlib.sha256(data).hexdigest()[:10]}"
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / name).write_bytes(data)
        (self.out / f"{name}.txt").write_text("".join(traceback.format_exception(problem))[-6_000:], errors="backslashreplace")
        print(f"FOUND {key}: {problem}"[:400].encode("ascii", "backslashreplace").decode(), flush=True)

    def summary(self) -> str:
        """Tries by target, findings, time."""
        counts = ", ".join(f"{name} {count:,}" for name, count in sorted(self.tries.items()))
        return f"{time.monotonic() - self.begun:.0f} s: {sum(self.tries.values()):,} tries ({counts}), {len(self.found)} findings"


def load(*, instrumented: bool = False) -> None:
    """Import what is fuzzed; `instrumented`: so that atheris sees which of its code is reached."""
    if instrumented:
        import atheris  # not among the dependencies: pip install atheris

        with atheris.instrument_imports(include=["clanback"]):
            load()
        return
    import pkgutil
    from importlib import import_module

    import clanback.nix

    for found in pkgutil.walk_packages(clanback.nix.__path__, "clanback.nix."):
        if not found.name.endswith(("lark_lexer", "_tables")):
            import_module(found.name)
    TARGETS.update(import_module("tests.fuzz.targets").TARGETS)


def by_chance(session: Session, targets: list[str], seed: int, seconds: float, tries: int, *, only_bytes: bool = False) -> None:
    """Inputs by chance, the targets in turn, until the time is over or there were `tries` of them."""
    from tests.fuzz.mutation import Inputs, seeds

    chance = random.Random(seed)
    corpus = seeds()
    inputs = {target: Inputs(target, chance, corpus) for target in targets}
    end = time.monotonic() + seconds
    count = 0
    try:
        while count < tries and time.monotonic() < end:
            for target in targets:
                data = chance.randbytes(chance.randint(0, 80)) if only_bytes else inputs[target].next()
                session.attempt(target, data)
                count += 1
    finally:
        session.close()


def by_coverage(session: Session, target: str, seed: int, seconds: float) -> None:
    """Inputs that atheris chooses. Ends the process, as libFuzzer does."""
    import atheris

    from tests.fuzz.mutation import Inputs, seeds
    from tests.fuzz.targets import tidy

    chance = random.Random(seed)
    corpus = seeds()
    inputs = Inputs(target, chance, corpus)

    def mutate(data: bytes, most: int, _: int) -> bytes:
        kind = chance.random()
        if kind < 0.3:
            return bytes(atheris.Mutate(data, most))
        return (inputs.changed(data) if kind < 0.8 else inputs.next())[:most]

    end = time.monotonic() + seconds

    def once(data: bytes) -> None:
        session.attempt(target, data)
        if time.monotonic() > end:
            print(session.summary(), flush=True)
            tidy()
            os._exit(1 if session.found else 0)

    folder = Path(session.out or ".") / f"corpus-{target}"
    folder.mkdir(parents=True, exist_ok=True)
    for text in corpus:
        (folder / hashlib.sha256(text).hexdigest()[:16]).write_bytes(text)
    options = ["-max_len=6000", "-timeout=120", "-rss_limit_mb=6000", f"-seed={seed}", "-verbosity=0", str(folder)]
    atheris.Setup(["fuzz", *options], once, custom_mutator=mutate)
    atheris.Fuzz()


def in_turn(given: argparse.Namespace, targets: list[str], seed: int) -> int:
    """Every target in a process of its own, as libFuzzer wants it, with its share of the time."""
    whole = sum(SHARES[target] for target in targets)
    status = 0
    for target in targets:
        seconds = str(given.seconds * SHARES[target] / whole)
        command = [sys.executable, "-m", "tests.fuzz", "--coverage", "--target", target, "--seconds", seconds]
        done = subprocess.run([*command, "--seed", str(seed), "--out", str(given.out)], check=False)
        if done.returncode not in (0, 1):
            print(f"{target}: the process ended with {done.returncode}: see what libFuzzer says above")
        status = max(status, abs(done.returncode))
    return min(status, 1)


def main() -> int:
    about = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("--seconds", type=float, default=60)
    about.add_argument("--tries", type=int, default=sys.maxsize)
    about.add_argument("--target", action="append", choices=sorted(SHARES), help="default: all of them in turn")
    about.add_argument("--seed", type=int, default=None)
    about.add_argument("--bytes", action="store_true", help="random bytes only")
    how = about.add_mutually_exclusive_group()
    how.add_argument("--coverage", action="store_true", help="let atheris choose the inputs (one target)")
    how.add_argument("--chance", action="store_true", help="inputs by chance even if atheris is there")
    about.add_argument("--out", type=Path, default=Path("fuzz-findings"))
    given = about.parse_args()
    targets = given.target or sorted(SHARES)
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1 << 30)
    seconds = given.seconds if given.tries == sys.maxsize else float("inf")
    print(f"seed {seed}, targets {' '.join(targets)}", flush=True)
    by_chance_only = given.chance or given.bytes or given.tries != sys.maxsize
    if not given.coverage and not by_chance_only and find_spec("atheris") is not None:
        return in_turn(given, targets, seed)
    load(instrumented=given.coverage)
    session = Session(given.out)
    if given.coverage:
        by_coverage(session, targets[0], seed, given.seconds)
    by_chance(session, targets, seed, seconds, given.tries, only_bytes=given.bytes)
    print(session.summary())
    return 1 if session.found else 0


if __name__ == "__main__":
    sys.exit(main())
