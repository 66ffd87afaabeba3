"""Values in `vars/` that must be keys: what is none is told with the file's name, before it is rendered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from clanback.checks.public_values import value_problem
from tests.cases import compare

if TYPE_CHECKING:
    from pathlib import Path

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMYQpZ0ZQ2HkJ0cYqW8n7lZ5oR7mE2S8vVw0n3p1bKxT"
CERTIFICATE_TYPE = "ssh-ed25519-cert-v01@openssh.com"
CLIENT_KEY = "per-machine/a/borgbackup/borgbackup.ssh.pub"
CLAN = """{
  meta.name = "test";
  inventory.machines = { a = { }; srv = { }; };
  machines.a.clan.core.state.docs.folders = [ "/docs" ];
  inventory.instances.borgbackup.roles = { client.machines.a = { }; server.machines.srv = { }; };
  inventory.instances.sshd.roles.server.machines.srv.settings = { generateRootKey = true; hostKeys.rsa.enable = true; };
}"""


CERTIFICATE = (
    f"{CERTIFICATE_TYPE} "
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIJXVcZDWua/3W+sYbOWT/VYdnA0gx5BTctlw8uUgpBzfAAAAIP3s/s67mg"
    "1adtD+lUdcqmWFxOFuQXTE2T0TBsXsJ/7YAAAAAAAAAAAAAAACAAAADGhvc3QgZWQyNTUxOQAAABcAAAAKdmF1bHQuY2xhbgAAAAV2YXVsdAAA"
    "AABrBAkAAAAAAH3C3VAAAAAAAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIIaR6/igpBL67d8Kz3RV/5REG0NuItKilJ+c+p3aGauKAA"
    "AAUwAAAAtzc2gtZWQyNTUxOQAAAECIRb2IGa2x5nJ9N87uUZddefyiXFMWwfkWaOB3ibyT8ejD61pvR9f8bk+yJch3oD0dWuYTf09xbpG8mhHy"
    "iMAD"
)
"""Made by `ssh-keygen -s ca -h -n vault.clan,vault`."""


def found(folder: Path, **values: str | bytes) -> list[dict[str, object]]:
    (folder / "clan.nix").write_text(CLAN)
    for key, value in values.items():
        target = folder / "vars" / key / "value"
        target.parent.mkdir(parents=True)
        target.write_bytes(value if isinstance(value, bytes) else value.encode())
    _, out, err = compare.run("--clan", str(folder), "check", "--format", "json")
    assert out, err
    return [one for one in json.loads(out)["diagnostics"] if one["code"] == "CB501"]


@pytest.mark.parametrize(
    "key",
    [
        CLIENT_KEY,
        "per-machine/srv/openssh/ssh.id_ed25519.pub",
        "per-machine/srv/openssh-rsa/ssh.id_rsa.pub",
        "per-machine/srv/openssh-cert/ssh.id_ed25519-cert.pub",
        "per-machine/srv/sshd-root-key/id_ed25519.pub",
        "shared/openssh-ca/id_ed25519.pub",
    ],
)
@pytest.mark.parametrize("value", ["garbage\n", "", b"\xff\xfe\x00", "<<<<<<< HEAD\n" + KEY + "\n"])
def test_every_key_is_looked_at(tmp_path: Path, key: str, value: str | bytes) -> None:
    (one,) = found(tmp_path, **{key: value})
    assert one["severity"] == "error"
    assert one["file"] == f"vars/{key}/value"
    assert f"vars/{key}/value" in str(one["message"])
    assert "clan vars generate" in str(one["help"])


def test_good_keys_and_values_of_others_are_fine(tmp_path: Path) -> None:
    values = {CLIENT_KEY: f"{KEY} a\n", "per-machine/srv/openssh-cert/ssh.id_ed25519-cert.pub": CERTIFICATE}
    assert found(tmp_path, **values, **{"per-machine/a/zerotier/zerotier-ip": "garbage", "shared/mine/x.pub": "garbage"}) == []


def test_render_writes_no_garbage(tmp_path: Path) -> None:
    assert found(tmp_path, **{CLIENT_KEY: "garbage\n"})
    status, _, err = compare.run("--clan", str(tmp_path), "render", "--out", str(tmp_path / "generated"))
    assert status == 1
    assert "CB501" in err
    assert not (tmp_path / "generated").exists()


def test_a_key_is_no_certificate_and_the_other_way_round() -> None:
    assert value_problem(KEY) is None
    assert value_problem(CERTIFICATE, certificate=True) is None
    assert value_problem(KEY, certificate=True) == "it is of type ssh-ed25519"
    assert value_problem(CERTIFICATE) == f"it is of type {CERTIFICATE_TYPE}"


def test_options_belong_to_authorized_keys_only() -> None:
    assert value_problem(f"no-pty {KEY}") == "it does not begin with the type of the key"


@pytest.mark.parametrize("line", [KEY, CERTIFICATE], ids=["key", "certificate"])
def test_no_cut_goes_unseen(line: str) -> None:
    kind, whole = line.split()
    for length in range(len(whole)):
        assert value_problem(f"{kind} {whole[:length]}", certificate=line is CERTIFICATE), length
