"""clanback in a process of its own that is watched: what it opened, how much time and memory it took, and within which bounds.

    python -m tests.cli.confined REPORT ARGUMENTS…

The process may take `MEMORY` bytes of address space and `SECONDS` of processor time; beyond that the system ends it. What it
opens, lists, starts or connects to, once it runs, is written to the file REPORT as JSON, with its peak of memory and its time.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

MEMORY = 6_000_000_000
"""Address space: the stack for deep recursion is reserved at once, so this is far more than what is used."""
SECONDS = 40

OPENED = ("open", "os.listdir", "os.scandir")
ACTED = (
    "subprocess.Popen",
    "os.exec",
    "os.posix_spawn",
    "os.system",
    "os.fork",
    "os.forkpty",
    "socket.connect",
    "socket.getaddrinfo",
)


class Outcome:
    """How a run ended: status, what it said, what it opened and did, and what it took."""

    def __init__(self, status: int, out: str, err: str, report: dict[str, Any]) -> None:
        self.status, self.out, self.err = status, out, err
        self.opened: list[str] = report.get("opened", [])
        self.acted: list[str] = report.get("acted", [])
        self.seconds: float = report.get("seconds", float("inf"))
        self.megabytes: float = report.get("megabytes", float("inf"))

    @property
    def said(self) -> str:
        """Everything that it said."""
        return self.out + self.err

    def outside(self, *inside: Path) -> list[str]:
        """What was opened and lies in none of these folders."""
        return [path for path in self.opened if not any(path == str(at) or path.startswith(f"{at}/") for at in inside)]


def run(report: Path, *arguments: str, **environment: str) -> Outcome:
    """Run `clanback ARGUMENTS` confined."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.confined", str(report), *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "NIX_PATH"} | environment,
        stdin=subprocess.DEVNULL,
        timeout=4 * SECONDS,
    )
    facts = json.loads(report.read_text()) if report.exists() else {}
    report.unlink(missing_ok=True)
    return Outcome(done.returncode, done.stdout, done.stderr, facts)


def _ours(path: str) -> bool:
    """Whether Python or clanback itself lies there."""
    places = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), str(ROOT / "clanback"), str(ROOT / "templates"))
    return path.startswith(places) or path in ("/proc/self/statm", os.devnull)


def _place(path: str) -> str:
    """Where something lies that may be a link itself."""
    return str(Path(path).parent.resolve() / Path(path).name)


def _peak() -> float:
    """Megabytes at most in use since this program began: `ru_maxrss` counts those of who started it too."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    return 0.0


def main() -> int:
    """Run the command line under the bounds, and write down what it did."""
    from clanback.cli import main as clanback

    report, *arguments = sys.argv[1:]
    facts: dict[str, Any] = {"opened": [], "acted": []}
    busy = False

    def hear(event: str, given: tuple[Any, ...]) -> None:
        nonlocal busy
        if busy or event not in (*OPENED, *ACTED):
            return
        busy = True
        what = given[0] if given else None
        if event in ACTED:
            facts["acted"].append(event)
        elif isinstance(what, (str, bytes)) and not _ours(path := str(Path(os.fsdecode(what)).absolute())):
            follows = event != "open" or not given[2] & os.O_NOFOLLOW
            facts["opened"].append(os.path.realpath(path) if follows else _place(path))
        busy = False

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(hear)
    try:
        return clanback(arguments)
    finally:
        busy = True
        facts |= {"seconds": time.process_time(), "megabytes": _peak()}
        Path(report).write_text(json.dumps(facts, ensure_ascii=True))


if __name__ == "__main__":
    sys.exit(main())
