"""`clanback backups status` over many simulated machines: wall time against the slowest single one, and whose the work was.

One sshd on loopback answers for all of them; each answer takes its own time, from half a second to SLOWEST, spent
asleep. All runs on this computer: the machines' side, an sshd and a shell for each, which a real fleet has elsewhere,
takes processors from ours. So the processor time of both sides is told apart. The second round leaves out OpenSSH's key
exchange for the age of quantum computers, which is most of what a connection costs here. Needs root.
usage: benchmarks/status.py [MACHINES] [SLOWEST]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.e2e.loopback import Network, network

PROGRAM = """#!/bin/sh
while read -r line; do :; done
set -- $SSH_CONNECTION
tenths=$((5 + $2 % (SLOWEST - 4)))
sleep $((tenths / 10)).$((tenths % 10))
echo $tenths >>FOLDER/slept
now=$(date -u +%Y-%m-%dT%H:%M:%S+00:00)
say() { echo '{"format_version": 1, "type": '"$1"'}'; }
say '"machine", "name": "x", "now": "'"$now"'", "states": {}'
say '"job", "job": "server", "newest": {"name": "a", "start": "'"$now"'"}, "run": {"state": "idle", "result": "success"}'
say '"end", "command": "status", "exit": 0'
"""

MEASURED = """
import resource, sys
from clanback.cli import main
status = main()
seconds = [sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print("seconds", *seconds, file=sys.stderr)
sys.exit(status)
"""


def worked(process: int) -> float:
    """Processor seconds of a process and of all below it that have ended."""
    numbers = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, numbers[11:15])) / os.sysconf("SC_CLK_TCK")


def measure(net: Network, folder: Path, names: list[str], sshd: int, parallel: int) -> None:
    """Ask all machines once, and print what it took."""
    slept = folder / "slept"
    slept.unlink(missing_ok=True)
    words = ["--clan", str(net.clan), "backups", "status", *names, "--format", "json", "--parallel", str(parallel)]
    environment = {**os.environ, "HOME": str(net.home), "XDG_RUNTIME_DIR": ""}
    before, began = worked(sshd), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words], env=environment, capture_output=True, text=True, check=False, cwd=net.folder
    )
    taken = time.monotonic() - began
    ours, ssh = map(float, done.stderr.rpartition("seconds ")[2].split())
    answered = sum(one["answered"] for one in json.loads(done.stdout)["machines"])
    delays = [int(line) / 10 for line in slept.read_text().split()]
    print(
        f"{len(names)} machines, at most {parallel} at a time: {taken:.1f} s, {taken / max(delays):.2f} x the slowest "
        f"({max(delays):g} s), {taken / sum(delays):.3f} x one after the other; {answered} answered, exit {done.returncode}\n"
        f"  processor time: clanback {ours:.1f} s, its ssh {ssh:.1f} s, the machines {worked(sshd) - before:.1f} s; "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    slowest = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    with tempfile.TemporaryDirectory() as folder, network(Path(folder)) as net:
        machine = net.machine("all")
        machine.command("clanback-machine", PROGRAM.replace("FOLDER", folder).replace("SLOWEST", str(int(slowest * 10))))
        names = [f"m{number}" for number in range(count)]
        for exchange in ("", "&KexAlgorithms=curve25519-sha256"):
            write(net, names, machine.target + exchange)
            print(f"key exchange: {exchange.rpartition('=')[2] or 'as OpenSSH has it'}")
            assert machine.process is not None
            measure(net, Path(folder), names, machine.process.pid, 200)


def write(net: Network, names: list[str], target: str) -> None:
    """Write a clan whose machines are all reached in the same way."""
    targets = " ".join(f'{name}.deploy.targetHost = "{target}";' for name in names)
    states = " ".join(f'{name}.clan.core.state.d.folders = [ "/d" ];' for name in names)
    clients = " ".join(f"{name} = {{ }};" for name in names)
    roles = f"roles.client.machines = {{ {clients} }}; roles.server.machines.server = {{ }};"
    net.write(
        f'{{ meta.name = "many"; inventory.machines = {{ server = {{ }}; {targets} }}; machines = {{ {states} }};'
        f" inventory.instances.borgbackup = {{ {roles} }}; }}"
    )


if __name__ == "__main__":
    main()
