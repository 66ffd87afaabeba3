"""A machine to run rendered jobs on: a temporary folder for `/run`, and a stand-in for what the units use of systemd."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.nixos.evaluation import HERE, evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = re.compile(r"\S+-clanback-machine\.json")
FAKE_PACKAGE = re.compile(r"/nix/store/0{32}-[^/]+/bin")


class Machine:
    """One rendered machine. `bin` is its `/run/current-system/sw/bin`: hooks, and commands that a test puts there."""

    def __init__(self, rendered: Path, place: Path, *, module: str = "{ }") -> None:
        self.place = place
        self.bin = place / "bin"
        self.log = place / "log"
        for folder in (self.bin, place / "run", place / "lock"):
            folder.mkdir(parents=True, exist_ok=True)
        self.facts: dict[str, Any] = evaluate(
            f"import {HERE}/jobs.nix {{ machine = {rendered}; module = {module}; }}", store=place / "nix"
        )
        for name, text in self.facts["commands"].items():
            self.command(name, text)

    def command(self, name: str, text: str) -> None:
        """Put a program into the system's path."""
        text = SETTINGS.sub(self._moved_settings, text)
        file = self.bin / name
        file.write_text(
            self.moved(text if text.startswith("#!") else f"#!/bin/sh\n{text}").replace("#!/bin/sh", "#!/usr/bin/env bash", 1)
        )
        file.chmod(0o755)

    def _moved_settings(self, path: re.Match[str]) -> str:
        """The settings of `clanback-machine`, with the places of this system."""
        settings = json.loads(Path(path[0]).read_text())
        keep = str(self.place / "keep")
        places = {"lock": self.moved(settings["lock"]), "run": str(self.place / "run"), "keep": keep, "bin": str(self.bin)}
        file = self.place / "settings.json"
        file.write_text(json.dumps(settings | places | {"borg": shutil.which("borg")}))
        return str(file)

    def moved(self, text: str) -> str:
        """A script with the places of a real system exchanged for those of this one."""
        text = text.replace("/run/current-system/sw/bin", str(self.bin)).replace("/run/clanback", str(self.place / "run"))
        return FAKE_PACKAGE.sub("/usr/bin:/bin", text.replace("/run/lock", str(self.place / "lock")))

    def environment(self) -> dict[str, str]:
        return {"PATH": f"{self.bin}:{os.environ['PATH']}", "LOG": str(self.log)}

    def script(self, path: str) -> str:
        """The text of a script that a unit names."""
        return self.moved(Path(path.removeprefix("+")).read_text())

    def shell(self, text: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script to its end."""
        return subprocess.run(
            ["bash", "-c", text], capture_output=True, text=True, check=False, env={**self.environment(), **environment}
        )

    def run(self, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the system."""
        return subprocess.run(
            [str(self.bin / name)], capture_output=True, text=True, check=False, env={**self.environment(), **environment}
        )

    def ask(self, command: str, **request: Any) -> list[dict[str, Any]]:
        """What `clanback-machine` answers."""
        done = subprocess.run(
            [str(self.bin / "clanback-machine"), command],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            check=False,
            env=self.environment(),
        )
        assert done.stderr == "", done.stderr
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert answers[-1] == {"format_version": 1, "type": "end", "command": command, "exit": done.returncode}
        return answers[:-1]

    def take_lock(self, job: str) -> int:
        """Start the lock's unit of a job (`Type=forking`: its script ends and leaves a process behind); the process group."""
        script = self.script(self.facts["jobs"][job]["lock"]["serviceConfig"]["ExecStart"])
        process = subprocess.Popen(
            ["bash", "-c", script], env=self.environment(), start_new_session=True, stdout=subprocess.DEVNULL
        )
        assert process.wait() == 0
        return process.pid

    def release_lock(self, group: int) -> None:
        """Stop the lock's unit."""
        os.killpg(group, signal.SIGTERM)

    def start(self, job: str, borg: str = "echo borg >> $LOG") -> dict[str, Any]:
        """Start a job as systemd would: lock, ExecStartPre, the job itself unless these failed, always ExecStopPost, unlock."""
        facts = self.facts["jobs"][job]
        service: Mapping[str, Any] = facts["unit"]["serviceConfig"]
        said = []
        group = self.take_lock(job)
        try:
            failed = False
            for step in service["ExecStartPre"]:
                done = self.shell(self.script(step))
                said.append(done.stdout + done.stderr)
                failed = failed or done.returncode != 0
            if not failed:
                done = self.shell(f"set -e\n{self.moved(facts['preHook'])}\n{borg}")
                said.append(done.stdout + done.stderr)
                failed = done.returncode != 0
            stopped = [self.shell(self.script(step)) for step in service["ExecStopPost"]]
            said += [done.stdout + done.stderr for done in stopped]
        finally:
            self.release_lock(group)
        return {"failed": failed, "stop_failed": any(done.returncode for done in stopped), "said": "".join(said)}

    def logged(self) -> list[str]:
        """What hooks and borg wrote to `$LOG`, since the last time."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines
