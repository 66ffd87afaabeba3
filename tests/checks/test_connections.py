"""How clients reach repositories: addresses as Borg reads them, `rsh` as ssh does, keys and host keys."""

from __future__ import annotations

import json
import os
import random
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback import checks
from clanback.checks import registry
from clanback.checks.borg_repositories import doubt, problem, read
from clanback.checks.ssh_commands import read as read_command
from clanback.services import plan
from tests.cases import compare
from tests.checks.test_examples import written
from tests.services.clans import clan, instance, machine, state

DOCS = state("docs", "/docs")
LOCATIONS = """
import json, sys
from borg.helpers import Location
found = []
for text in json.load(sys.stdin):
    try:
        known = Location(text)
        found.append([known.host, known.user, known.port, known.archive])
    except ValueError:
        found.append(None)
json.dump(found, sys.stdout)
"""


def borgs_python() -> str | None:
    """The interpreter that can import the installed borg."""
    borg = shutil.which("borg")
    if borg is None:
        return None
    first = Path(borg).read_bytes().split(b"\n", 1)[0].decode(errors="replace").strip()
    python = first.removeprefix("#!").split()[0] if first.startswith("#!") else ""
    found = subprocess.run([python, "-c", "import borg.helpers"], capture_output=True, check=False) if python else None
    return python if found is not None and found.returncode == 0 else None


def addresses(count: int) -> list[str]:
    luck = random.Random(1)
    begins, users = ["ssh://", "file://", "", "", "", "/", "//", "./", "sftp://"], ["u@", "u1@", "", "user:pw@"]
    hosts = ["box.example", "[::1]", "::1", "10.0.0.1", "[host]", "h"]
    ends = [":x", ":/x", ":22/x", "/x", ":./x", ":", "", "::a", ":x::a", "/x::a/b", ":22", "/~/x", ":x:y", "/x:y", "/./x y"]
    made = {luck.choice(begins) + luck.choice(users) + luck.choice(hosts) + luck.choice(ends) for _ in range(count)}
    made |= {"".join(luck.choice("ssh:/@x[]1. ~") for _ in range(luck.randint(0, 9))) for _ in range(count)}
    return sorted(made)


@pytest.mark.skipif(borgs_python() is None, reason="no borg written in Python is installed")
def test_addresses_are_read_as_borg_reads_them() -> None:
    texts = addresses(2000)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BORG")}
    python = borgs_python()
    assert python is not None
    told = subprocess.run(
        [python, "-c", LOCATIONS], input=json.dumps(texts), capture_output=True, text=True, check=True, env=environment
    )
    for text, real in zip(texts, json.loads(told.stdout), strict=True):
        ours = read(text)
        if ours is None:
            assert real is None, text
            continue
        host = ours.host[1:-1] if ours.host is not None and ours.host.startswith("[") and ours.host.endswith("]") else ours.host
        assert [host, ours.user, ours.port, ours.archive] == real, text


COMMANDS = """
ssh -p 23|ssh -4 -i /k -o BatchMode=yes|ssh -oPort=23|ssh -vvv -C|ssh -o "ServerAliveInterval 30"|ssh -i "/a b"|ssh -
ssh -Z|ssh --port 23|ssh -p|ssh -p x|ssh -o Nothing=x|ssh -o IdentitiesOnly|ssh -ax -i /k -l u|ssh -i|ssh -p 0|ssh -p 65536
ssh -oStrictHostKeyChecking=accept-new|ssh -o userknownhostsfile=/dev/null|ssh -o Port|ssh -J a@b|ssh -F /dev/null|ssh -Ci/k -p23
"""


@pytest.mark.skipif(shutil.which("ssh") is None, reason="ssh is not installed")
@pytest.mark.parametrize("command", COMMANDS.strip().replace("\n", "|").split("|"))
def test_commands_are_judged_as_ssh_judges_them(command: str) -> None:
    program, *words = shlex.split(command)
    done = subprocess.run([program, "-G", *words, "host"], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    assert (read_command(command).problem is None) == (done.returncode == 0), done.stderr


@pytest.mark.parametrize("command", ["", "ssh 'x", "ssh u@box", "ssh -- box", "ssh -p 23 box"])
def test_commands_that_borg_cannot_use(command: str) -> None:
    assert read_command(command).problem


def test_of_other_programs_nothing_is_known() -> None:
    assert read_command("/root/connect --strange").known is False
    assert read_command("sshpass -f /pw ssh -p 23").problem is None
    assert [read_command(f"sshpass {one} ssh").password for one in ("-p x", "-px", "-f /x", "-e")] == ["x", "x", None, None]


@given(st.text(max_size=40) | st.text("ssh -oip='\"\\=x1", max_size=40))
def test_any_text_is_judged(text: str) -> None:
    read_command(text)
    assert problem(text) != ""
    assert doubt(text) != ""


def found(destination: dict[str, Any] | None = None, server: dict[str, Any] | None = None, **more: Any) -> list[tuple[str, str]]:
    settings = (
        {} if destination is None else {"destinations": {"box": {"name": "box", "repo": "u@h:r", "rsh": None, **destination}}}
    )
    roles = {"client": {"a": settings}} | ({} if server is None else {"server": {"srv": server}})
    inventory = clan([machine("a", DOCS, **more), machine("srv")], instance("borgbackup", **roles))
    told = checks.check(inventory, plan(inventory))
    return [(one.code, one.severity.value) for one in told if "CB440" <= one.code <= "CB450"]


@pytest.mark.parametrize(
    "repo", ["u@h:r", "u@h:/./r", "ssh://u@h:23/./r", "ssh://h/r", "/mnt/disk/r", "file:///mnt/r", "u@[fd00::1]:r"]
)
def test_addresses_that_are_right(repo: str) -> None:
    assert found({"repo": repo}) == []


@pytest.mark.parametrize(
    "repo", ["sftp://u@h/r", "s3:bucket/r", "rclone:x:y", "https://h/r", "ssh://h", "u@h:r::archive", "ssh://h:99999/r"]
)
def test_addresses_that_cannot_work(repo: str) -> None:
    assert found({"repo": repo}) == [("CB444", "error")]


@pytest.mark.parametrize("repo", ["u@h", "backups/a", "u@h:23/r", "~/r"])
def test_addresses_that_mean_something_else(repo: str) -> None:
    assert found({"repo": repo}) == [("CB445", "warning")]


KEY = "/run/secrets/vars/per-machine/a/borgbackup/borgbackup.ssh"


@pytest.mark.parametrize(
    ("rsh", "expected"),
    [
        (f"ssh -p 23 -oStrictHostKeyChecking=accept-new -i {KEY}", []),
        ("ssh 'x", [("CB440", "error")]),
        ("ssh -o StrictHostKeyChecking=no", [("CB441", "warning")]),
        ("ssh -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=/dev/null", [("CB441", "warning")]),
        ("ssh -o StrictHostKeyChecking=yes -o StrictHostKeyChecking=no", []),
        ("sshpass -p hunter2 ssh", [("CB443", "warning")]),
        ("ssh -i /root/.ssh/id", [("CB442", "info")]),
        ("ssh -i /nix/store/x-key", [("CB442", "warning")]),
        (f"ssh -i {KEY.replace('/a/', '/b/')}", [("CB442", "warning")]),
        (f"ssh -i {KEY.replace('.ssh', '.sh')}", [("CB442", "warning")]),
        ("ssh -i /run/secrets/vars/borgbackup/borgbackup.ssh", [("CB442", "warning")]),
        ("ssh -i /run/secrets/vars/per-machine/a/other/key", [("CB442", "info")]),
        ("ssh -i <PATH_OF_KEY>", []),
    ],
)
def test_commands(rsh: str, expected: list[tuple[str, str]]) -> None:
    assert found({"rsh": rsh}) == expected


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_password_is_never_told(form: str, tmp_path: Path) -> None:
    code = registry.find("CB443")
    assert code is not None
    assert code.bad is not None
    bad = code.bad.replace("hunter2", "tr0ub4dor")
    clan = written(bad.replace("-p tr0ub4dor ssh", "-p tr0ub4dor ssh -o StrictHostKeyChecking=no --x"), tmp_path)
    for _ in range(2):
        _, out, err = compare.run("--clan", str(clan), "-v", "check", "--format", form)
        assert "CB44" in out
        assert "tr0ub4dor" not in out + err
        clan = written(code.bad.replace('ssh"', 'ssh -o StrictHostKeyChecking=no -i /root/key"'), tmp_path)


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1", "[::1]"])
def test_servers_that_clients_look_for_on_themselves(address: str) -> None:
    assert ("CB448", "warning") in found(server={"address": address})


def test_a_server_that_only_saves_itself_may_be_local() -> None:
    inventory = clan([machine("a", DOCS)], instance("borgbackup", client={"a": {}}, server={"a": {"address": "localhost"}}))
    assert "CB448" not in [one.code for one in checks.check(inventory, plan(inventory))]


def test_two_machines_at_one_address() -> None:
    inventory = clan([machine(name, target_host="root@h") for name in "ab"] + [machine("c"), machine("d")])
    assert [one.code for one in checks.check(inventory, plan(inventory))] == ["CB449"]
