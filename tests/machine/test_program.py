"""The program as rendered is as clean as the rest of our code."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from pathlib import Path

import pytest

from clanback.render.borgbackup import PROGRAM_FOLDER, render_program


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("program")
    for name, text in render_program().items():
        if name.startswith(PROGRAM_FOLDER):
            (folder / Path(name).name).write_text(text)
    return folder


def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *map(str, words)], capture_output=True, text=True, cwd=cwd, check=False)


@pytest.mark.slow
def test_is_typed(program: Path) -> None:
    done = run("mypy", "--strict", "--config-file=", "--python-version=3.11", *sorted(program.glob("*.py")), cwd=program)
    assert done.returncode == 0, done.stdout


def test_is_linted_and_formatted(program: Path) -> None:
    settings = Path(__file__).resolve().parents[2] / "pyproject.toml"
    # It starts programs and works on paths with os, as the whole package does; it prints how it is used.
    ignored = "PTH,S603,S607,S108,T201,N818"
    done = run("ruff", "check", "--config", settings, "--ignore", ignored, ".", cwd=program)
    assert done.returncode == 0, done.stdout
    assert run("ruff", "format", "--check", "--config", settings, ".", cwd=program).returncode == 0


def test_needs_nothing_but_python(program: Path) -> None:
    done = subprocess.run(["python3", "-I", "-S", "-B", program, "/nowhere", "sing"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: clanback-machine create|list|prune|restore|status|verify")


SETTINGS = {
    "machine": "a",
    "version": "0",
    "jobs": {},
    "states": {},
    "repositories": {},
    "lock": "lock",
    "run": "run",
    "keep": "keep",
    "bin": "bin",
    "borg": "borg",
}
COMMANDS = ["create", "list", "prune", "restore", "status", "verify"]


def ask(program: Path, command: str, request: bytes, settings: object = SETTINGS) -> tuple[int, list[dict[str, object]]]:
    """Exit status and answers; whatever was asked, the last is `end`, and nothing else is said."""
    file = program / "settings.json"
    file.write_text(settings if isinstance(settings, str) else json.dumps(settings))
    words = ["python3", "-I", "-S", "-B", str(program), str(file), command]
    done = subprocess.run(words, capture_output=True, input=request, cwd=program, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (answers[-1]["type"], answers[-1]["exit"], done.stderr) == ("end", done.returncode, b"")
    return done.returncode, answers


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "request_text",
    [
        b"[" * 100_000,
        b"\xff",
        b'{"jobs": "all"}',
        b'{"jobs": ["none"], "client": "none", "archive": "x", "sing": 1}',
        b"1" * 10_000,
    ],
    ids=["deep", "no-text", "wrong-type", "unknown-key", "long-number"],
)
def test_a_request_without_sense_is_refused_with_an_end(program: Path, command: str, request_text: bytes) -> None:
    status, answers = ask(program, command, request_text)
    assert (status, answers[0]["type"], answers[0]["code"]) == (2, "error", "request")


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ("{", "internal", "JSONDecodeError"),
        ("{}", "internal", "KeyError in read_settings (settings.py, line "),
        ({**SETTINGS, "jobs": 3}, "internal", "AttributeError"),
        (
            {**SETTINGS, "lock": 3, "jobs": {"j": {"repo": "r", "rsh": "ssh", "archives": "a*", "paths": [], "startAt": ""}}},
            "internal",
            "TypeError",
        ),
    ],
    ids=["no-json", "nothing", "no-jobs", "no-lock"],
)
def test_a_fault_is_told_in_one_sentence_and_with_an_end(program: Path, settings: object, code: str, said: str) -> None:
    status, answers = ask(program, "verify", b"", settings)
    assert (status, answers[0]["code"]) == (1, code)
    message = str(answers[0]["message"])
    assert said in message
    assert "Traceback" not in message
    assert "\n" not in message


def test_sigterm_is_an_end_too(program: Path) -> None:
    """It waits for the lock of the machine, which we hold, and is told to go."""
    lock = program / "lock"
    settings = {
        **SETTINGS,
        "lock": str(lock),
        "jobs": {"j": {"repo": "r", "rsh": "ssh", "archives": "a*", "paths": [], "startAt": ""}},
    }
    (program / "settings.json").write_text(json.dumps(settings))
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        words = ["python3", "-I", "-S", "-B", str(program), str(program / "settings.json"), "verify"]
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["type"] == "waiting"
            process.terminate()
            out, err = process.communicate(timeout=60)
    assert (json.loads(out), process.returncode, err) == (
        {"format_version": 1, "type": "end", "command": "verify", "exit": 130},
        130,
        b"",
    )


BORG_1_2 = """Error: something before
Inconsistency detected. Please run "borg check /disk" - although likely this is "beyond repair".
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/borg/archiver.py", line 5213, in main
    exit_code = archiver.run(args)
                ^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3/dist-packages/borg/repository.py", line 942, in open_index
    raise self.CheckNeeded(msg)
borg.repository.Repository.CheckNeeded: The segment is too small

Platform: Linux a 6.1.0 #1 SMP x86_64
Linux: Unknown Linux
Borg: 1.2.4  Python: CPython 3.11.2 msgpack: 1.0.3 fuse: None [pyfuse3,llfuse]
PID: 17  CWD: /
sys.argv: ['/usr/bin/borg', 'extract']
SSH_ORIGINAL_COMMAND: None
"""
LOCAL = """Exception ignored in: <function Repository.__del__ at 0x7f6e0f9fc5e0>
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/borg/repository.py", line 190, in __del__
AssertionError: cleanup happened in Repository.__del__
Local Exception
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/borg/archiver.py", line 5213, in main
    exit_code = archiver.run(args)
ValueError: the first

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/borg/remote.py", line 1, in call
OSError: [Errno 28] No space left on device

Platform: Linux a 6.1.0
PID: 17  CWD: /
"""
SERVER = """Remote: Traceback (most recent call last):
Remote:   File "/usr/lib/python3/dist-packages/borg/remote.py", line 251, in serve
Remote: PermissionError: [Errno 13] Permission denied: '/srv/config'
Remote Exception (see remote log for the traceback)
Borg server: Platform: Linux vault 6.1.0
Borg server: PID: 1  CWD: /
"""


@pytest.mark.parametrize(
    ("told", "left"),
    [
        (BORG_1_2, BORG_1_2.splitlines()[:2]),
        (LOCAL, ["OSError: [Errno 28] No space left on device"]),
        (SERVER, ["PermissionError: [Errno 13] Permission denied: '/srv/config'"]),
        ("Permission denied (publickey).\nConnection closed\n", ["Permission denied (publickey).", "Connection closed"]),
        ("", []),
    ],
    ids=["borg-error", "local-exception", "server", "ssh", "nothing"],
)
def test_of_what_borg_complains_the_sentence_is_left_that_tells(program: Path, told: str, left: list[str]) -> None:
    code = "import json, sys; sys.path.insert(0, sys.argv[1]); from complaints import sentences\n"
    code += "print(json.dumps(sentences(sys.stdin.read().splitlines())))"
    done = subprocess.run([sys.executable, "-c", code, program], input=told, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == left
