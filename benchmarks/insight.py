"""How long `plan`, `graph` and `audit` take, and how much memory, for more and more machines: whole processes, cold.

python benchmarks/insight.py [--repeat N] [--machines N…]

The clan is that of `benchmarks/render.py`, where a tenth of the machines are servers; and an office with tags, sites and services
(`tests/drawing/offices.py`). `plan` compares it with a commit in which every tenth client saved something else. Linear means that
the last column, milliseconds of CPU for each machine above what the smallest clan needs, does not grow.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.render import many  # noqa: E402
from tests.drawing.offices import office, sites  # noqa: E402

CLANBACK = [sys.executable, "-m", "clanback"]
COMMANDS = {
    "check": ("check", "--format", "json"),
    "plan": ("plan",),
    "audit": ("audit",),
    "graph --format svg": ("graph", "--format", "svg"),
    "graph --format html": ("graph", "--format", "html"),
    "graph --all --format svg": ("graph", "--all", "--format", "svg"),
}


def measured(command: list[str], repeat: int) -> tuple[float, float, float]:
    """Least wall seconds, CPU seconds and peak megabytes of a command."""
    wall = cpu = memory = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode in (0, 1), command
        wall = min(wall, time.perf_counter() - start)
        cpu = min(cpu, used.ru_utime + used.ru_stime)
        memory = min(memory, used.ru_maxrss / 1024)
    return wall, cpu, memory


def git(folder: Path, *words: str) -> None:
    """Run git, quietly."""
    command = ["git", "-c", "user.name=b", "-c", "user.email=b@example.org", "-C", str(folder), *words]
    subprocess.run(command, check=True, capture_output=True)


def lay_out(folder: Path, kind: str, count: int) -> None:
    """A clan with a commit before it."""
    text = many(count) if kind == "many" else office(count)
    if kind != "many":
        (folder / "clanback.toml").write_text(sites())
    clan = folder / "clan.nix"
    clan.write_text(re.sub(r'("/var/lib/app\d*0"|"/srv/projects")', '"/srv/old"', text))
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "before")
    clan.write_text(text)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--machines", type=int, nargs="*", default=[100, 300, 1000, 3000])
    arguments = parser.parse_args()
    for kind in ("many", "office"):
        first: dict[str, tuple[int, float]] = {}
        for count in arguments.machines:
            with tempfile.TemporaryDirectory() as folder:
                lay_out(Path(folder), kind, count)
                for name, words in COMMANDS.items():
                    wall, cpu, memory = measured([*CLANBACK, "--clan", folder, "-q", *words], arguments.repeat)
                    base, least = first.setdefault(name, (count, cpu))
                    each = f"{(cpu - least) / (count - base) * 1000:8.2f} ms CPU each" if count > base else ""
                    print(f"{kind:7} {count:5} machines  {name:25} {wall:6.2f} s {cpu:6.2f} s CPU {memory:6.0f} MB {each}")


if __name__ == "__main__":
    main()
