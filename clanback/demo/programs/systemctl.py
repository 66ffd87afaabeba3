#!/usr/bin/python3
"""What a machine of the demo has in place of systemd: `systemctl` and `journalctl` for the units in /etc/systemd/units.json.

It knows start (--no-block, --wait), stop, show and is-active. Starting a service starts what it requires, then runs
ExecStartPre, the service itself and, whatever became of them, ExecStopPost; then it stops what is no longer needed. Nothing is
sandboxed, nothing limited, and no timer ever elapses. It runs alone inside the machine and imports nothing of clanback.
"""

from __future__ import annotations

import datetime
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from typing import Any, Self

UNITS = "/etc/systemd/units.json"
STATES = "/run/systemd/units"
LOGS = "/var/log/units"
FRESH: dict[str, Any] = {
    "LoadState": "loaded",
    "ActiveState": "inactive",
    "SubState": "dead",
    "InvocationID": "",
    "Job": "0",
    "Result": "success",
    "MainPID": "0",
    "ExecMainCode": "0",
    "ExecMainStatus": "0",
    "ExecMainStartTimestamp": "",
    "ExecMainExitTimestamp": "",
    "InactiveEnterTimestamp": "",
    "InactiveExitTimestamp": "",
}


def now() -> str:
    """The time as systemctl prints it in UTC."""
    return datetime.datetime.now(datetime.UTC).strftime("%a %Y-%m-%d %H:%M:%S UTC")


class Unit:
    """One service: what it is, and the file that says how it fares."""

    def __init__(self, name: str) -> None:
        self.name = name.removesuffix(".service")
        with open(UNITS, encoding="utf-8") as file:
            known = json.load(file)
        self.timer: dict[str, str] | None = known["timers"].get(name.removesuffix(".timer")) if name.endswith(".timer") else None
        self.is_timer = name.endswith(".timer")
        self.facts: dict[str, Any] | None = known["services"].get(self.name)
        os.makedirs(STATES, exist_ok=True)
        os.makedirs(LOGS, exist_ok=True)

    @property
    def state(self) -> dict[str, Any]:
        """Its properties."""
        if self.is_timer:
            return self.timer if self.timer is not None else {"LoadState": "not-found", "ActiveState": "inactive"}
        if self.facts is None:
            return {**FRESH, "LoadState": "not-found"}
        try:
            with open(f"{STATES}/{self.name}.json", encoding="utf-8") as file:
                return {**FRESH, **json.load(file)}
        except FileNotFoundError:
            return dict(FRESH)

    def set(self, **properties: str) -> None:
        """Change properties."""
        state = {**self.state, **properties}
        fresh = f"{STATES}/.{self.name}.{os.getpid()}"
        with open(fresh, "w", encoding="utf-8") as file:
            json.dump(state, file)
        os.rename(fresh, f"{STATES}/{self.name}.json")

    @property
    def logged(self) -> int:
        """How many bytes its log has."""
        path = f"{LOGS}/{self.name}.log"
        return os.path.getsize(path) if os.path.exists(path) else 0

    @property
    def is_up(self) -> bool:
        """Whether it runs, or waits to."""
        return self.state["ActiveState"] not in ("inactive", "failed") or self.state["Job"] != "0"

    def environment(self, more: dict[str, str] | None = None) -> dict[str, str]:
        """What systemd gives to programs, and the unit's own variables."""
        assert self.facts is not None
        basic = {
            "PATH": "/run/wrappers/bin:/run/current-system/sw/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": "/root",
            "USER": "root",
            "LOGNAME": "root",
            "LANG": "C.UTF-8",
            "INVOCATION_ID": self.state["InvocationID"],
        }
        return {**basic, **self.facts["environment"], **(more or {})}

    def call(self, step: str, more: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start one step, a script's path or text; its output goes to the log."""
        with open(f"{LOGS}/{self.name}.log", "ab") as log:
            return subprocess.Popen(
                ["bash", "-c", step],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment(more),
                start_new_session=True,
                cwd="/",
            )

    # ---- starting ----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """All of a service's life, from what it requires to what it leaves."""
        assert self.facts is not None
        for required in self.facts["requires"]:
            other = Unit(required)
            if other.facts is not None and not other.is_up:
                other.fork()
        if self.state["Job"] == "0":  # stopped while it waited
            self.release()
            return
        stamp = now()
        self.set(Job="0", ActiveState="activating", SubState="start-pre", InactiveExitTimestamp=stamp)
        result = "success"
        for step in self.facts["pre"]:
            result = self.outcome(self.call(bare(step)), step)[0]
            if result != "success":
                break
        code = status = "0"
        if result == "success":
            main = self.call(self.facts["start"])
            self.set(ActiveState="active", SubState="running", MainPID=str(main.pid), ExecMainStartTimestamp=now())
            result, code, status = self.outcome(main)
            self.set(MainPID="0", ExecMainCode=code, ExecMainStatus=status, ExecMainExitTimestamp=now())
        self.set(ActiveState="deactivating", SubState="stop-post", Result=result)
        told = {
            "SERVICE_RESULT": result,
            "EXIT_CODE": {"1": "exited", "2": "killed"}.get(code, ""),
            "EXIT_STATUS": signal.Signals(int(status)).name[3:] if code == "2" else status,
        }
        for step in self.facts["stopPost"]:
            after = self.outcome(self.call(bare(step), told), step)[0]
            result = after if result == "success" else result
        over = "inactive" if result == "success" else "failed"
        self.set(ActiveState=over, SubState="dead", Result=result, InactiveEnterTimestamp=now())
        self.release()

    def release(self) -> None:
        """Stop what this service required and nobody else does."""
        assert self.facts is not None
        for required in self.facts["requires"]:
            other = Unit(required)
            if other.facts is not None and other.facts["stopWhenUnneeded"]:
                other.stop()

    def outcome(self, process: subprocess.Popen[bytes], step: str = "") -> tuple[str, str, str]:
        """Wait for a step: systemd's word for its result, how it ended, and with what."""
        status = process.wait()
        if status == 0 or step.startswith(("-", "+-")):
            return "success", "1", str(max(status, 0))
        return ("exit-code", "1", str(status)) if status > 0 else ("signal", "2", str(-status))

    def fork(self) -> None:
        """Start a service of `Type=forking`: its program ends and leaves processes behind."""
        assert self.facts is not None
        process = self.call(self.facts["start"])
        self.set(ActiveState="activating", MainPID=str(process.pid), InactiveExitTimestamp=now())
        up = self.outcome(process)[0] == "success"
        self.set(ActiveState="active" if up else "failed")

    def stop(self) -> None:
        """End what runs, and wait until it is over."""
        group = int(self.state["MainPID"])
        assert self.facts is not None
        self.set(Job="0")
        if group > 1:
            try:
                os.killpg(group, signal.SIGTERM)
            except ProcessLookupError:
                self.set(MainPID="0")
        if self.facts["type"] == "forking":
            self.set(ActiveState="inactive", SubState="dead", MainPID="0", InactiveEnterTimestamp=now())
        else:
            with Holding(self, wait=True):
                pass


class Holding:
    """The lock that a running service has; `got` is false where another has it and we do not wait."""

    def __init__(self, unit: Unit, *, wait: bool = False) -> None:
        self.unit = unit
        self.wait = wait
        self.got = False

    def __enter__(self) -> Self:
        self.file = open(f"{STATES}/{self.unit.name}.lock", "w")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | (0 if self.wait else fcntl.LOCK_NB))
            self.got = True
        except BlockingIOError:
            self.got = False
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def bare(step: str) -> str:
    """A step without the marks in front of it."""
    return step.lstrip("+-@!:")


# ---- commands --------------------------------------------------------------------------------------------------------


def start(unit: Unit, *, block: bool, wait: bool) -> int:
    """Start a service in a process of its own; `block`: wait until it is up, `wait`: until it is over."""
    if unit.facts is None:
        print(f"Failed to start {unit.name}.service: Unit {unit.name}.service not found.", file=sys.stderr)
        return 5
    with Holding(unit) as lock:
        if lock.got:
            unit.set(**{**FRESH, "Job": "1", "InvocationID": uuid.uuid4().hex, "LogStart": str(unit.logged)})
            if os.fork() == 0:
                detach()
                unit.run()
                os._exit(0)
    if not block:
        return 0
    while unit.state["Job"] != "0" or unit.state["ActiveState"] == "activating":
        time.sleep(0.02)
    while wait and unit.is_up:
        time.sleep(0.05)
    state = unit.state
    if state["Result"] != "success" and (wait or not state["ExecMainStartTimestamp"]):
        print(
            f"Job for {unit.name}.service failed because the control process exited with error code.\n"
            f'See "journalctl -u {unit.name}.service" for details.',
            file=sys.stderr,
        )
        return 1
    return 0


def detach() -> None:
    """Let go of the caller's terminal and streams."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)


def show(unit: Unit, names: list[str], *, values: bool) -> int:
    """Print properties."""
    for name, value in unit.state.items():
        if not names or name in names:
            print(value if values else f"{name}={value}")
    return 0


def main(arguments: list[str]) -> int:
    """Run one command."""
    options = [word for word in arguments if word.startswith("-")]
    words = [word for word in arguments if not word.startswith("-")]
    if os.path.basename(sys.argv[0]) == "journalctl":
        return journal(words)
    command, *named = words or [""]
    units = [Unit(name) for name in named]
    if command == "start":
        return max(start(unit, block="--no-block" not in options, wait="--wait" in options) for unit in units)
    if command == "stop":
        for unit in units:
            unit.stop()
        return 0
    if command == "show":
        names = [part for word in options if word.startswith("--property=") for part in word.split("=", 1)[1].split(",")]
        return max(show(unit, names, values="--value" in options) for unit in units)
    if command == "is-active":
        states = [unit.state["ActiveState"] for unit in units]
        print("\n".join(states))
        return 0 if "active" in states else 3
    print("the demo's systemctl knows start, stop, show and is-active", file=sys.stderr)
    return 1


def journal(words: list[str]) -> int:
    """Print the log of a unit (`journalctl -u UNIT`), or of its last run (`_SYSTEMD_INVOCATION_ID=…`)."""
    runs = [word.split("=", 1)[1] for word in words if word.startswith("_SYSTEMD_INVOCATION_ID=")]
    for word in words:
        path = f"{LOGS}/{word.removesuffix('.service')}.log"
        if os.path.exists(path):
            state = Unit(word).state
            with open(path, "rb") as file:
                if runs and runs != [state["InvocationID"]]:
                    continue
                file.seek(int(state["LogStart"]) if runs else 0)
                sys.stdout.buffer.write(file.read())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
