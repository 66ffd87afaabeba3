"""How long `clanback` takes, as multiples of `python -c pass`: cold, with nothing to do, `--help`; and for many machines.

python benchmarks/render.py [--repeat N] [--machines N…]

Times are the least of several runs, wall clock and CPU of the whole process. Targets: DESIGN section 12. For many machines the
output goes to memory (/dev/shm) where there is some, so that the disk of the day does not count.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
CLANBACK = [sys.executable, "-m", "clanback"]


def measured(command: list[str], *, repeat: int, fresh: Path | None = None) -> tuple[float, float]:
    """Least wall and CPU seconds of a command; `fresh` is a folder to remove before each run."""
    best_wall = best_cpu = float("inf")
    for _ in range(repeat):
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best_wall = min(best_wall, wall)
        best_cpu = min(best_cpu, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best_wall, best_cpu


def many(count: int) -> str:
    """A clan of `count` machines, a tenth of them servers, with state, hooks and users."""
    machines = "\n".join(
        f'    m{n} = {{ deploy.targetHost = "root@10.0.{n // 256}.{n % 256}"; tags = [ "client" ]; }};' for n in range(count)
    )
    modules = "\n".join(
        f"""    m{n} = {{ pkgs, ... }}: {{
      systemd.tmpfiles.rules = [ "d /var/lib/app{n} 0750 root root -" ];
      clan.core.state.app{n} = {{
        folders = [ "/var/lib/app{n}" "/home" ];
        preBackupScript = "${{pkgs.hello}}/bin/hello";
      }};
    }};"""
        for n in range(count)
        if n % 10
    )
    instances = "\n".join(
        f"""    backup-{n} = {{
      module.name = "borgbackup";
      roles.server.machines.m{n} = {{ }};
{"".join(f"      roles.client.machines.m{c} = {{ }};" for c in range(n + 1, min(n + 10, count)))}
    }};"""
        for n in range(0, count, 10)
    )
    return f"""{{
  meta.name = "many";
  inventory.machines = {{
{machines}
  }};
  inventory.instances = {{
{instances}
    user-admin = {{
      module.name = "users";
      roles.default.tags.all = {{ }};
      roles.default.settings.user = "admin";
    }};
    sshd.roles.server.tags.all = {{ }};
  }};
  machines = {{
{modules}
  }};
}}
"""


def report(name: str, times: tuple[float, float], unit: tuple[float, float], target: str) -> None:
    """One line: wall and CPU time, each also as a multiple of `unit`. On a busy machine the CPU time is the truer one."""
    wall, cpu = times
    multiples = f"{wall / unit[0]:7.1f} x {cpu / unit[1]:7.1f} x"
    print(f"{name:28} {wall * 1000:9.1f} ms {cpu * 1000:9.1f} ms CPU {multiples}   target {target}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--machines", type=int, nargs="*", default=[100, 1000])
    arguments = parser.parse_args()
    repeat = arguments.repeat
    unit = measured([sys.executable, "-c", "pass"], repeat=repeat * 2)
    report("python -c pass", unit, unit, "-")
    report("clanback --help", measured([*CLANBACK, "--help"], repeat=repeat), unit, "3 x")
    report("clanback --version", measured([*CLANBACK, "--version"], repeat=repeat), unit, "3 x")
    with tempfile.TemporaryDirectory() as folder:
        clan = Path(folder) / "clan.nix"
        shutil.copy(ROOT / "examples" / "tutorial" / "clan.nix", clan)
        render = [*CLANBACK, "--clan", str(clan), "render"]
        report("render, cold", measured(render, repeat=repeat, fresh=clan.parent / "generated"), unit, "8 x")
        report("render, nothing to do", measured(render, repeat=repeat), unit, "4 x")
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # only where tests of speed write
    for count in arguments.machines:
        with tempfile.TemporaryDirectory(dir=memory) as folder:
            clan = Path(folder) / "clan.nix"
            clan.write_text(many(count))
            render = [*CLANBACK, "--clan", str(clan), "-q", "render"]
            report(
                f"render, {count} machines",
                measured(render, repeat=min(3, repeat), fresh=clan.parent / "generated"),
                unit,
                "2 s for 1,000",
            )
            report("the same, nothing to do", measured(render, repeat=min(3, repeat)), unit, "-")


if __name__ == "__main__":
    main()
