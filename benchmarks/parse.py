"""How fast the parser is, and what memory it takes: a generated inventory of 5 MB, against `nix-instantiate --parse`.

    python benchmarks/parse.py [--size MB] [--repeat N]

Figures are processor time, so that a busy machine matters less; each measurement is a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def inventory(machines: int) -> str:
    """A `clan.nix` of many machines, with comments, interpolation and hooks as people write them."""
    parts = ['{\n  meta.name = "bench";\n  meta.domain = "bench.lol";\n\n  inventory.machines = {\n']
    for i in range(machines):
        parts.append(
            f"""    machine-{i} = {{
      deploy.targetHost = "root@10.0.{i // 250}.{i % 250}"; # address of machine {i}
      tags = [ "site-{i % 7}" "kind-{i % 5}" ];
    }};
"""
        )
    parts.append("  };\n\n  inventory.instances = {\n    borgbackup = {\n")
    for i in range(machines):
        parts.append(f'      roles.client.machines."machine-{i}".settings.exclude = [ "*.tmp" "/var/cache/{i}" ];\n')
    parts.append("    };\n  };\n\n  machines = {\n")
    for i in range(machines):
        parts.append(
            f"""    machine-{i} =
      {{ config, pkgs, ... }}:
      {{
        systemd.tmpfiles.rules = [
          "d /home/alice/documents-{i} 0755 alice users -"
        ];
        clan.core.state."documents-{i}" = {{
          folders = [
            "/home/alice/documents"
            "/srv/${{config.networking.hostName}}/pictures"
          ];
          preBackupScript = ''
            ${{pkgs.coreutils}}/bin/touch /tmp/{i}
            systemctl stop service-{i}
          '';
        }};
        services.openssh.enable = true;
        services.openssh.ports = [ 22 {i} ];
      }};
"""
        )
    parts.append("  };\n}\n")
    return "".join(parts)


def _measure(path: Path, repeat: int) -> None:
    """In a process of its own: best processor time and peak memory over that of the process with the text read."""
    from clanback.nix import parse

    text = path.read_text(encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    best = float("inf")
    for _ in range(repeat):
        begin = time.process_time()
        tree = parse(text)
        best = min(best, time.process_time() - begin)
        del tree
    print(best, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)


def _processor_time(command: list[str]) -> float:
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=float, default=5.0, help="megabytes")
    arguments.add_argument("--repeat", type=int, default=3)
    arguments.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.measure:
        _measure(given.measure, given.repeat)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clan.nix"
        text = inventory(round(given.size * 1_000_000 / 800))
        path.write_text(text, encoding="utf-8")
        size = len(text) / 1_000_000
        command = [sys.executable, __file__, "--measure", str(path), "--repeat", str(given.repeat)]
        seconds, memory = map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
        print(f"input                       {size:8.2f} MB")
        print(f"parse                       {seconds:8.2f} s   {size / seconds:6.2f} MB/s (target 3)")
        print(f"memory of parsing, at most  {memory:8.1f} MB (target 120)")
        begins = min(_processor_time([sys.executable, "-c", "pass"]) for _ in range(5))
        loads = min(_processor_time([sys.executable, "-c", "import clanback.nix.parser"]) for _ in range(5))
        print(f"import of the parser        {(loads - begins) * 1000:8.1f} ms  {loads / begins:6.2f} x python -c pass")
        if shutil.which("nix-instantiate"):
            nix = min(_processor_time(["nix-instantiate", "--parse", str(path)]) for _ in range(given.repeat))
            print(f"nix-instantiate --parse     {nix:8.2f} s   we take {seconds / nix:.1f} x its time (it prints the tree, too)")


if __name__ == "__main__":
    main()
