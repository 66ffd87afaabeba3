"""How long `clanback check` takes and how much memory it needs, for more and more machines: time for each must stay the same.

python benchmarks/check.py [--repeat N] [--machines N…]

`judged` is the part of it that the checks themselves take, measured inside one process.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from render import CLANBACK, ENVIRONMENT, many

from clanback import checks
from clanback.stages import follow


def run(clan: Path) -> tuple[float, float, float]:
    """Wall and CPU seconds and megabytes of one `check`."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [*CLANBACK, "--clan", str(clan), "-v", "check", "--format", "json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def judged(clan: Path, repeat: int) -> float:
    """Seconds for all families of checks."""
    outcome = follow(str(clan), compat=None, check=False)
    assert outcome.inventory is not None
    assert outcome.plan is not None
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        checks.check(outcome.inventory, outcome.plan)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--machines", type=int, nargs="*", default=[100, 300, 1000])
    options = parser.parse_args()
    print(f"{'machines':>9} {'wall s':>8} {'CPU s':>8} {'ms each':>8} {'judged s':>9} {'MB':>6}")
    for count in options.machines:
        with tempfile.TemporaryDirectory() as folder:
            clan = Path(folder, "clan.nix")
            clan.write_text(many(count))
            runs = [run(clan) for _ in range(options.repeat)]
            wall, cpu, memory = (min(values) for values in zip(*runs, strict=True))
            print(f"{count:9} {wall:8.2f} {cpu:8.2f} {cpu / count * 1000:8.2f} {judged(clan, options.repeat):9.3f} {memory:6.0f}")


if __name__ == "__main__":
    sys.exit(main())
