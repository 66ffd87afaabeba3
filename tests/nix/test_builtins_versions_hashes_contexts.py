"""Versions, hashes and string contexts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.nix.builtins.hashing import from_nix32, parse_hash, to_nix32
from clanback.nix.builtins.versions import compare_versions
from tests.nix.nix_outcomes import ours, theirs

STORE = "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"


def _with_context(name: str, info: str) -> str:
    return f'builtins.appendContext "x" {{ "{STORE}-{name}" = {{ {info} }}; }}'


PATH = _with_context("x", "path = true;")
DERIVATION = _with_context("x.drv", "path = true;")
ALL = _with_context("x.drv", "allOutputs = true;")
OUTPUTS = _with_context("x.drv", 'allOutputs = true; outputs = [ "out" "dev" ];')
VALUES = [
    ('builtins.compareVersions "1.0" "2.3"', -1),
    ('builtins.compareVersions "2.1" "2.3"', -1),
    ('builtins.compareVersions "2.3" "2.3"', 0),
    ('builtins.compareVersions "2.5" "2.3"', 1),
    ('builtins.compareVersions "3.1" "2.3"', 1),
    ('builtins.compareVersions "2.3.1" "2.3"', 1),
    ('builtins.compareVersions "2.3.1" "2.3a"', 1),
    ('builtins.compareVersions "2.3pre1" "2.3"', -1),
    ('builtins.compareVersions "2.3pre3" "2.3pre12"', -1),
    ('builtins.compareVersions "2.3a" "2.3c"', -1),
    ('builtins.compareVersions "2.3pre1" "2.3c"', -1),
    ('builtins.compareVersions "1.00" "1.0"', 0),
    ('builtins.splitVersion "1.2pre-3_a"', ["1", "2", "pre", "3", "_a"]),
    ('builtins.splitVersion ""', []),
    ('builtins.parseDrvName "nix-0.12pre12876"', {"name": "nix", "version": "0.12pre12876"}),
    ('builtins.parseDrvName "a-b-1.2-x"', {"name": "a-b", "version": "1.2-x"}),
    ('builtins.parseDrvName "hello"', {"name": "hello", "version": ""}),
    ('builtins.parseDrvName "hello-"', {"name": "hello-", "version": ""}),
    ('builtins.hashString "md5" "é"', "66ddcd97cfdeabb2f6fb8a999b4bc76f"),
    ('builtins.hashString "sha1" "abc"', "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ('builtins.hashString "sha256" ""', "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (
        'builtins.convertHash { hash = builtins.hashString "sha256" ""; hashAlgo = "sha256"; toHashFormat = "sri"; }',
        "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ),
    (
        'builtins.convertHash { hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="; toHashFormat = "nix32"; }',
        "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73",
    ),
    ('builtins.hasContext "x"', False),
    (f"builtins.hasContext ({PATH})", True),
    (f"builtins.getContext ({PATH})", {f"{STORE}-x": {"path": True}}),
    (f"builtins.getContext ({OUTPUTS})", {f"{STORE}-x.drv": {"allOutputs": True, "outputs": ["dev", "out"]}}),
    (f"builtins.getContext (builtins.unsafeDiscardOutputDependency ({ALL}))", {f"{STORE}-x.drv": {"path": True}}),
    (f"builtins.getContext (builtins.addDrvOutputDependencies ({DERIVATION}))", {f"{STORE}-x.drv": {"allOutputs": True}}),
    (f"builtins.hasContext (builtins.unsafeDiscardStringContext ({PATH}))", False),
]
FAILURES = [
    'builtins.hashString "sha3" "x"',
    'builtins.convertHash { hash = "abc"; hashAlgo = "md5"; toHashFormat = "sri"; }',
    'builtins.convertHash { hash = "abc"; toHashFormat = "sri"; }',
    'builtins.appendContext "x" { "/foo" = { path = true; }; }',
    _with_context("x", "allOutputs = true;"),
    _with_context("x", 'outputs = [ "out" ];'),
    'builtins.addDrvOutputDependencies "x"',
    f'builtins.compareVersions ({PATH}) "1"',
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_values(text: str, value: object) -> None:
    assert ours(text) == ("value", value)


@pytest.mark.parametrize("text", FAILURES)
def test_failures(text: str) -> None:
    assert ours(text) == ("failed",)


def test_hashes_of_files(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert ours(f'builtins.hashFile "sha256" {tmp_path}/f', str(tmp_path)) == ("value", expected)
    assert ours('builtins.hashFile "sha256" /etc/hostname', str(tmp_path)) == ("failed",)


@given(st.binary(min_size=32, max_size=32))
def test_base32_reads_back_the_same(digest: bytes) -> None:
    assert from_nix32(to_nix32(digest), 32) == digest
    assert parse_hash(f"sha256:{to_nix32(digest)}", None) == ("sha256", digest)
    assert parse_hash(digest.hex(), "sha256") == ("sha256", digest)


versions = st.text("0123.ab-p_re", max_size=8)


@given(versions, versions)
def test_comparing_is_antisymmetric(left: str, right: str) -> None:
    assert compare_versions(left, right) == -compare_versions(right, left)


@pytest.mark.nix
def test_hundreds_of_versions_and_hashes_are_as_in_nix(tmp_path: Path) -> None:
    choose = random.Random(20260825)

    def version() -> str:
        parts = ["0", "1", "2", "10", "pre", "a", "rc", ".", ".", "-", "_", "+", "é", "007", "4294967295", "4294967296"]
        return "".join(choose.choice(parts) for _ in range(choose.randint(0, 6)))

    texts = []
    for _ in range(800):
        a, b = version(), version()
        algorithm = choose.choice(["md5", "sha1", "sha256", "sha512"])
        texts.append(
            f'[ (builtins.compareVersions "{a}" "{b}") (builtins.splitVersion "{a}") (builtins.parseDrvName "x{a}-{b}") '
            f'(builtins.hashString "{algorithm}" "{a}") ]'
        )
    expected = [ours(text) for text in texts]
    assert theirs(texts, tmp_path, expected) == expected
