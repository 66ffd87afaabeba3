"""What sops-nix will read is judged by implementations that are not ours: npm's `sops-age`, and `sops` where it is installed."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

pyrage = pytest.importorskip("pyrage")

from clanback.vars import sops_file  # noqa: E402 (needs pyrage for anything to test)

NOW = datetime.datetime(2026, 11, 25, 10, 0, tzinfo=datetime.UTC)
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "clanback-tests/sops-age"
CONTENTS = [b"secret", b"line\nline\n", "Schlüssel 🗝".encode(), b'{"data": "ENC[]"}', b"x" * 100_000, b""]


def encrypt_key(key: bytes, recipients: object) -> bytes:
    assert isinstance(recipients, list)
    encrypted: bytes = pyrage.encrypt(key, [pyrage.x25519.Recipient.from_str(one) for one in recipients], armored=True)
    return encrypted


@pytest.fixture(scope="module")
def people() -> list[object]:
    return [pyrage.x25519.Identity.generate() for _ in range(2)]


@pytest.fixture(scope="module")
def sops_age() -> Path:
    """The npm package, installed once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    if not (CACHE / "node_modules/sops-age").is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        (CACHE / "package.json").write_text('{"private": true}')
        done = subprocess.run(["npm", "install", "--no-fund", "sops-age@4.0.2"], cwd=CACHE, capture_output=True, check=False)
        if done.returncode != 0:
            pytest.skip("npm cannot install sops-age")
    return CACHE


@pytest.mark.parametrize("content", CONTENTS)
def test_an_independent_reader_finds_the_content(content: bytes, people: list[object], sops_age: Path, tmp_path: Path) -> None:
    file = sops_file.encrypted(content, [str(one.to_public()) for one in people], encrypt_key, NOW)  # type: ignore[attr-defined]
    path = tmp_path / "secret.json"
    path.write_bytes(file)
    program = """
        const { decryptSops } = require("sops-age");
        const [path, secretKey] = process.argv.slice(1);
        decryptSops({ path, secretKey, fileType: "json" }).then((found) => process.stdout.write(JSON.stringify(found)));
    """
    for one in people:
        done = subprocess.run(["node", "-e", program, str(path), str(one)], cwd=sops_age, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        assert json.loads(done.stdout)["data"].encode() == content


@pytest.mark.skipif(shutil.which("sops") is None, reason="sops is not installed (Debian has no package)")
@pytest.mark.parametrize("content", [*CONTENTS, b"\xff\x00\xfe"])
def test_sops_itself_finds_the_content(content: bytes, people: list[object], tmp_path: Path) -> None:
    file = sops_file.encrypted(content, [str(people[0].to_public())], encrypt_key, NOW)  # type: ignore[attr-defined]
    (tmp_path / "secret").write_bytes(file)
    (tmp_path / "key").write_text(str(people[0]))
    words = ["sops", "decrypt", "--input-type", "binary", "--output-type", "binary", str(tmp_path / "secret")]
    done = subprocess.run(words, capture_output=True, check=False, env={**os.environ, "SOPS_AGE_KEY_FILE": str(tmp_path / "key")})
    assert done.stdout == content, done.stderr.decode()


def test_a_file_tells_whom_it_is_for(people: list[object]) -> None:
    recipients = [str(one.to_public()) for one in people]  # type: ignore[attr-defined]
    assert sops_file.recipients_of(sops_file.encrypted(b"x", recipients, encrypt_key, NOW)) == tuple(sorted(recipients))
    assert [sops_file.recipients_of(other) for other in (b"", b"{}", b'{"sops": []}', b"\xff", b"[" * 10**5)] == [None] * 5


def test_nothing_of_the_content_is_seen(people: list[object]) -> None:
    recipient = str(people[0].to_public())  # type: ignore[attr-defined]
    files = {sops_file.encrypted(b"canary" * 50, [recipient], encrypt_key, NOW) for _ in range(3)}
    assert len(files) == 3
    assert not any(b"canary" in file for file in files)
