"""`clanback backups status` over many simulated machines: wall time against the slowest single one.

One sshd on loopback answers for all of them; each answer takes its own time, from half a second to SLOWEST. Needs root.
usage: benchmarks/status.py [MACHINES] [SLOWEST]
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.e2e.loopback import network

PROGRAM = """#!/bin/bash
cat >/dev/null
sleep "$(flock FOLDER/turn sh -c 'head -1 FOLDER/delays; sed -i 1d FOLDER/delays')"
now=$(date -u +%Y-%m-%dT%H:%M:%S+00:00)
say() { echo '{"format_version": 1, "type": '"$1"'}'; }
say '"machine", "name": "x", "now": "'"$now"'", "states": {}'
say '"job", "job": "server", "newest": {"name": "a", "start": "'"$now"'"}, "run": {"state": "idle", "result": "success"}'
say '"end", "command": "status", "exit": 0'
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    slowest = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    with tempfile.TemporaryDirectory() as folder, network(Path(folder)) as net:
        machine = net.machine("all")
        delays = [0.5 + (slowest - 0.5) * number / max(count - 1, 1) for number in range(count)]
        machine.command("clanback-machine", PROGRAM.replace("FOLDER", folder))
        names = [f"m{number}" for number in range(count)]
        targets = " ".join(f'{name}.deploy.targetHost = "{machine.target}";' for name in names)
        states = " ".join(f'{name}.clan.core.state.d.folders = [ "/d" ];' for name in names)
        clients = " ".join(f"{name} = {{ }};" for name in names)
        roles = f"roles.client.machines = {{ {clients} }}; roles.server.machines.server = {{ }};"
        net.write(
            f'{{ meta.name = "many"; inventory.machines = {{ server = {{ }}; {targets} }}; machines = {{ {states} }};'
            f" inventory.instances.borgbackup = {{ {roles} }}; }}"
        )
        for parallel in ("100", "200"):
            (Path(folder) / "delays").write_text("".join(f"{delay:.3f}\n" for delay in reversed(delays)))
            began = time.monotonic()
            done = net.clanback("backups", "status", *names, "--format", "json", "--parallel", parallel)
            taken = time.monotonic() - began
            answered = sum(one["answered"] for one in json.loads(done.stdout)["machines"])
            print(
                f"{count} machines, at most {parallel} at a time: {taken:.1f} s, {taken / slowest:.2f} x the slowest "
                f"({slowest:g} s), {taken / sum(delays):.3f} x one after the other; {answered} answered, exit {done.returncode}",
                flush=True,
            )


if __name__ == "__main__":
    main()
