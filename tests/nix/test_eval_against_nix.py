"""Our evaluator and real Nix, on generated programs and random strings.

Here Nix is 2.8; clanback follows 2.26. What differs by version only is listed in `ONLY_BY_VERSION` with the reason, and
kept out of the generated programs. Which of several errors in one set or list comes first is not specified by Nix; there only the
failure itself is compared.
"""

from __future__ import annotations

import json
import os
import random
import subprocess

import pytest

from clanback.nix import to_nix
from tests.nix.eval_generators import Programs
from tests.nix.nix_outcomes import alike, ours, theirs

pytestmark = pytest.mark.nix

PROGRAMS = int(os.environ.get("CLANBACK_PROGRAMS", "10000"))
SEED = int(os.environ.get("CLANBACK_SEED", "2026"))
"""More of them, or others, by hand: CLANBACK_PROGRAMS=20000 CLANBACK_SEED=7 pytest tests/nix/test_eval_against_nix.py."""
STRINGS = 100_000


def test_generated_programs_evaluate_alike(tmp_path):
    programs = Programs(seed=SEED)
    texts = [programs.expression(depth=4) for _ in range(PROGRAMS)]
    mine = [ours(text) for text in texts]
    real = theirs(texts, tmp_path, mine)

    def same(a, b):
        return alike(a, b) or (a[0] != "value" and b[0] != "value")

    different = [(t, a, b) for t, a, b in zip(texts, mine, real, strict=True) if not same(a, b)]
    assert not different, min(different, key=lambda d: len(d[0]))
    kinds = [a[0] for a in mine]
    assert kinds.count("value") > PROGRAMS * 0.7, "most programs must have a value, or the test says little"
    assert min(kinds.count("caught"), kinds.count("failed")) > PROGRAMS * 0.02
    other_error_first = sum(a[0] != b[0] for a, b in zip(mine, real, strict=True))
    assert other_error_first < PROGRAMS * 0.01


def _random_string(rng: random.Random) -> str:
    """Text as nasty as can be: all control characters, quotes, dollars and braces, any plane of Unicode."""
    alphabets = (
        "\\\"${}'$n\n\r\t ",
        "".join(map(chr, range(1, 128))),
        "äß€日本語\u0085\u2028\ufeff\U0001f600\U0010ffff\ue000\ufffe",
        "abcdefghij /.:-_",
    )
    return "".join(rng.choice(rng.choice(alphabets)) for _ in range(rng.randint(0, 24)))


def test_random_strings_survive_to_nix_and_real_nix(tmp_path):
    rng = random.Random(26)
    for batch in range(4):
        strings = tuple(_random_string(rng) for _ in range(STRINGS // 4))
        file = tmp_path / f"strings-{batch}.nix"
        file.write_bytes(to_nix(strings).encode())
        done = subprocess.run(["nix-instantiate", "--eval", "--strict", "--json", str(file)], capture_output=True, check=True)
        assert json.loads(done.stdout.decode(), strict=False) == list(strings)


@pytest.mark.parametrize(
    "value",
    [
        -(2**63), 2**63 - 1, -1, 0, 0.1, -0.5, 1e300, 1.5e-300, 123456789.125, 2.0**70, True, None, (-1, (-2.5,), ()),
    ],
)  # fmt: skip
def test_literals_read_back_as_the_same_value(value, tmp_path):
    text = to_nix(value)
    assert ours(text)[1] == (json.loads(json.dumps(value)))
    check = tmp_path / "literal.nix"
    check.write_text(f"[ ({text}) ]")
    done = subprocess.run(["nix-instantiate", "--eval", "--strict", "--json", str(check)], capture_output=True, check=True)
    assert alike(json.loads(done.stdout)[0], json.loads(json.dumps(value)))


# Expression, what we say (as Nix 2.26), what Nix 2.8 says, since when and why.
ONLY_BY_VERSION = [
    ("9223372036854775807 + 1", ("failed",), ("value", -(2**63)), "2.25: integer overflow is an error, it wrapped before"),
    ("-9223372036854775807 - 2", ("failed",), ("value", 2**63 - 1), "2.25"),
    ("4611686018427387904 * 2", ("failed",), ("value", -(2**63)), "2.25"),
    ("builtins.add 9223372036854775807 1", ("failed",), ("value", -(2**63)), "2.25"),
    ("map 1 [ ]", ("value", []), ("value", []), "the same: the function is not looked at for an empty list"),
    ("builtins.length (map 1 [ 2 ])", ("failed",), ("value", 1), "2.13: map forces its function first"),
    (
        'builtins.filter (throw "f") [ ]',
        ("value", []),
        ("caught",),
        "2.13: filter does not look at its function for an empty list",
    ),
    (
        'builtins.replaceStrings [ "a" ] [ (throw "unused") ] "b"',
        ("value", "b"),
        ("caught",),
        "2.16: replacements are evaluated when they are used",
    ),
    (
        'builtins.foldl\' (_: x: x) (throw "start") [ 1 ]',
        ("value", 1),
        ("caught",),
        "2.17: the initial value is not forced before it is used",
    ),
    ("builtins.toJSON 1.0", ("value", "1.0"), ("value", "1"), "2.10: numbers keep all their digits and their type"),
    ('builtins.toJSON (builtins.substring 0 1 "é")', ("failed",), ("value", '"\udcc3"'), "2.10: JSON must be UTF-8"),
    ("builtins.isFunction (builtins.warn or null)", ("value", True), ("value", False), "2.23 brought builtins.warn"),
    ("builtins.isFunction (builtins.readFileType or null)", ("value", True), ("value", False), "2.14 brought readFileType"),
    ("builtins.isFunction (builtins.convertHash or null)", ("value", True), ("value", False), "2.19 brought convertHash"),
]


@pytest.mark.parametrize(("text", "mine", "old", "why"), ONLY_BY_VERSION, ids=[t for t, *_ in ONLY_BY_VERSION])
def test_differences_by_version_only(text, mine, old, why, tmp_path):
    assert ours(text) == mine, why
    found = theirs([text], tmp_path, [("failed",)])[0]
    if found != old:
        assert found == mine, f"a newer Nix must say what we say: {why}"
