"""What costs time, memory or room on the screen out of all proportion: a diagnostic, and never more than the bounds of the row.

Each row runs the real command in a process of its own, which the system would end at 6 GB and 40 s (`confined`): what it said,
its processor time and its peak of memory are looked at. Rows that use up a limit of 12 s run only with CLANBACK_HOSTILE=all.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.cli.confined import run

if TYPE_CHECKING:
    from pathlib import Path


class Bounds(NamedTuple):
    """The most that a row may take: seconds on the processor, megabytes."""

    seconds: float
    megabytes: float


SMALL = Bounds(4, 120)
"""What no limit of the language is needed for."""
LARGE = Bounds(10, 700)
"""A text of megabytes, or a value of a hundred."""
ALL = Bounds(35, 4_300)
"""A limit of the whole evaluation: 12 s (and 2 s for each megabyte of text), 4 GB."""

MOST_SAID = 400_000
"""Characters of everything that is said."""

DEEP = 100_000
_HUGE = "let f = s: n: if n == 0 then s else f (s + s) (n - 1); in"


def name(expression: str) -> bytes:
    """A clan whose name must be known, and is this."""
    return f"{{ lib, ... }}: {{ meta.name = {expression}; }}".encode()


def huge(expression: str, piece: str = "aaaaaaaaaa") -> bytes:
    """The same, with `huge` for a string of 84 million characters."""
    return name(f'{_HUGE} let huge = f "{piece}" 23; in {expression}')


TABLE: dict[str, tuple[bytes, str, Bounds]] = {
    # Depth of the text
    "{{{{": (b"{" * 1_000_000, "CB001", LARGE),
    "{ a = { a = …": (b"{ a = " * DEEP + b"1" + b"; }" * DEEP, "CB201", LARGE),
    "[[[[": (b"[" * 1_000_000, "CB006", LARGE),
    "((((": (b"(" * 1_000_000, "CB006", LARGE),
    '"${"${': (b'"${' * DEEP, "CB006", LARGE),
    "''${''${": (b"''${" * DEEP, "CB006", LARGE),
    "a.a.a.a = 1": (b"{ a" + b".a" * DEEP + b" = 1; }", "CB201", LARGE),
    "x.a.a.a": (b"{ meta.name = x" + b".a" * DEEP + b"; }", "CB013", LARGE),
    "f 1 1 1": (b"{ meta.name = builtins.toString" + b" 1" * DEEP + b"; }", "CB113", LARGE),
    "1 + 1 + 1": (b"{ meta.name = 1" + b"+1" * 500_000 + b"; }", "CB190", LARGE),
    "[ ] ++ [ ]": (b"{ meta.name = []" + b" ++ []" * DEEP + b"; }", "CB2", LARGE),
    "{ } // { }": (b"{ meta.name = {}" + b" // {}" * DEEP + b"; }", "CB2", LARGE),
    "!!!!": (b"{ meta.name = " + b"!" * 500_000 + b"true; }", "CB190", LARGE),
    "x: x: x:": (b"x: " * DEEP + b"1", "CB221", LARGE),
    "let a = let a =": (b"let a = " * DEEP, "CB001", LARGE),
    "let in let in": (b"let a = 1; in " * 200_000 + b"1", "CB190", LARGE),
    "with with": (b"with {}; " * 200_000 + b"1", "CB190", LARGE),
    "-> ->": (b"{ meta.name = true" + b" -> true" * 300_000 + b"; }", "CB190", LARGE),
    "{ a ? { b ?": (b"{ a ? { b ? " * DEEP, "CB006", LARGE),
    # Length of the text
    "NUL bytes": (b"\0" * 10_000_000, "CB022", SMALL),
    "NUL in a string": (b'{ meta.name = "a\0b"; }', "CB022", SMALL),
    "invalid UTF-8": (b'{ meta.name = "\xff"; }', "CB211", SMALL),
    "nothing but invalid UTF-8": (b"\xff" * 15_000_000, "CB001", SMALL),
    "surrogates in UTF-8": (b'{ meta.name = "\xed\xa0\x80"; }', "CB211", SMALL),
    "UTF-16": ('{ meta.name = "a"; }'.encode("utf-16"), "CB022", SMALL),
    "CRLF": (b'{\r\n  meta.name = "a b";\r\n}\r\n', "CB211", SMALL),
    "CR": (b'{\r  meta.name = "a b";\r}', "CB211", SMALL),
    "byte order mark": (b'\xef\xbb\xbf{ meta.name = "a"; }', "CB023", SMALL),
    "a comment without end": (b"/*" + b"*" * 15_000_000, "CB002", SMALL),
    "nothing but spaces": (b" " * 15_000_000, "CB001", SMALL),
    "nothing but line ends": (b"\n" * 5_000_000, "CB001", LARGE),
    "a string without end": (b'"' + b"$" * 3_000_000, "CB002", LARGE),
    "backslashes without end": (b'"' + b"\\" * 3_000_001, "CB002", LARGE),
    "quotes without end": (b"'" * 3_000_000, "CB002", LARGE),
    "ten million digits": (b"1" * 10_000_000, "CB003", SMALL),
    "an exponent of a million digits": (b"1.0e" + b"9" * 1_000_000, "CB003", SMALL),
    "a path of two million folders": (b"a" + b"/a" * 2_000_000, "CB130", LARGE),
    "a file of 21 MB": (b" " * 21_000_000, "CB193", SMALL),
    # Number of mistakes
    "300,000 unknown attributes": (b"{ " + b"".join(b"a%d = 1; " % i for i in range(300_000)) + b"}", "CB195", ALL),
    "300,000 attributes twice": (b"{ " + b"a = 1; " * 300_000 + b"}", "CB010", LARGE),
    "a million undefined variables": (b"[ " + b"zz " * 1_000_000 + b"]", "CB013", LARGE),
    "3,000 members that are no machines, of 20,000": (
        b"""{ meta.name = "x"; inventory.machines = builtins.listToAttrs (
          builtins.genList (i: { name = "machine${toString i}"; value = { }; }) 20000);
        inventory.instances.sshd.roles.server.machines = builtins.listToAttrs (
          builtins.genList (i: { name = "macine${toString i}"; value = { }; }) 3000); }""",
        "CB214",
        LARGE,
    ),
    # Size of values
    "a string beyond 100 MB": (name(f'{_HUGE} f "aaaaaaaaaa" 40'), "CB193", LARGE),
    "throw of 84 MB": (huge("throw huge"), "CB101", LARGE),
    "throw of 84 MB for the terminal": (huge("throw huge", "\\u001b[31m\\n"), "CB101", LARGE),
    "trace of 84 MB": (huge('builtins.trace huge "x!"'), "CB211", LARGE),
    "an unknown attribute of 84 MB": (f'{_HUGE} {{ meta.name = "x"; ${{f "aaaaaaaaaa" 23}} = 1; }}'.encode(), "CB201", LARGE),
    "a machine's name of 84 MB": (
        f'{_HUGE} {{ meta.name = "x"; inventory.machines.${{f "aaaaaaaaaa" 23}} = {{ }}; }}'.encode(), "CB213", LARGE),
    "a path of 84 MB": (huge("builtins.readFile (./. + huge)", "/aaaaaaaaa"), "CB130", LARGE),
    "84 MB of [ as JSON": (huge("builtins.fromJSON huge", "[[[[[[[[[["), "CB193", LARGE),
    "84 MB that are no TOML": (huge("builtins.fromTOML huge"), "CB152", LARGE),
    "a regular expression of 84 MB": (huge('builtins.head (builtins.match huge "x")'), "CB194", LARGE),
    "a list without end": (name("let f = n: [ (f (n + 1)) ]; in toString (f 1)"), "CB190", LARGE),
    "a list of 10^18": (name("toString (builtins.genList (x: x) 1000000000000000000)"), "CB193", SMALL),
    "recursion without end": (name("let f = x: f x; in f 1"), "CB190", SMALL),
    "a value that needs itself": (name("let a = a; in a"), "CB191", SMALL),
    "a file that imports itself": (b"import ./clan.nix", "CB191", SMALL),
    "a module that imports itself": (b'{ imports = [ ./clan.nix ]; meta.name = "a b"; }', "CB211", SMALL),
    "modules without end": (b"let m = n: { imports = [ (m (n + 1)) (m (n + 1)) ]; }; in m 0", "CB192", LARGE),
    "tags without end": (b"""{ meta.name = "x"; inventory.machines.x.tags = [ "a" ];
        inventory.tags = { config, ... }: { a = config.b; b = config.a; }; }""", "CB191", SMALL),
    "mkIf of mkIf": (name('lib.foldl (a: i: lib.mkIf true a) "x!" (lib.range 1 100000)'), "CB190", LARGE),
}  # fmt: skip

THOROUGH: dict[str, tuple[bytes, str, Bounds]] = {
    "fib 60": (name("let f = n: if n < 2 then 1 else f (n - 1) + f (n - 2); in toString (f 60)"), "CB192", ALL),
    "genericClosure without end": (
        name("toString (builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; })"),
        "CB192",
        ALL,
    ),
    "a thousand lists of a million": (
        name('builtins.deepSeq (map (x: builtins.genList (y: x + y) 1000000) (lib.range 1 1000)) "x"'), "CB192", ALL),
    "lists joined beyond their limit": (
        name("builtins.concatMap (x: builtins.genList (y: y) 4000000) (lib.range 1 9)"), "CB193", ALL),
    "84 MB of versions": (huge("builtins.compareVersions huge huge", "1.1.1.1.1."), "CB192", ALL),
    "84 MB split": (huge('builtins.length (builtins.split "a" huge)'), "CB192", ALL),
    "84 MB of characters": (huge("lib.stringToCharacters huge"), "CB202", ALL),
    "a list of 84 MB as JSON": (huge('builtins.fromJSON ("[" + huge + "1]")', "1,1,1,1,1,"), "CB202", ALL),
    "mkMerge of 2^40": (
        b"""{ lib, ... }: let m = n: if n == 0 then { meta.name = "x"; } else lib.mkMerge [ (m (n - 1)) (m (n - 1)) ]; in m 40""",
        "CB192",
        ALL,
    ),
}  # fmt: skip


def check(text: bytes, code: str, bounds: Bounds, folder: Path) -> None:
    """Run `check` on a clan of this text."""
    (folder / "clan.nix").write_bytes(text)
    found = run(folder / "report", "--clan", str(folder), "check")
    assert found.status == 1, found.said[:2_000]
    assert f"error[{code}" in found.out, found.said[:2_000]
    assert "Traceback" not in found.said
    assert "CB9" not in found.said
    assert "\x1b" not in found.said
    assert len(found.said) < MOST_SAID or code in ("CB195", "CB214")
    assert found.seconds < bounds.seconds, f"{found.seconds:.1f} s"
    assert found.megabytes < bounds.megabytes, f"{found.megabytes:.0f} MB"


@pytest.mark.parametrize("row", TABLE)
def test_a_diagnostic_within_bounds(row: str, tmp_path: Path) -> None:
    check(*TABLE[row], tmp_path)


@pytest.mark.skipif(os.environ.get("CLANBACK_HOSTILE") != "all", reason="takes minutes: CLANBACK_HOSTILE=all")
@pytest.mark.parametrize("row", THOROUGH)
def test_the_limits_of_the_whole_evaluation(row: str, tmp_path: Path) -> None:
    check(*THOROUGH[row], tmp_path)


@pytest.mark.parametrize("expression", ['f "aaaaaaaaaa" 23', 'lib.toUpper (f "aaaaaaaaaa" 23)'])
def test_a_name_of_84_million_letters_is_a_name(expression: str, tmp_path: Path) -> None:
    (tmp_path / "clan.nix").write_bytes(name(f"{_HUGE} {expression}"))
    found = run(tmp_path / "report", "--clan", str(tmp_path), "check")
    assert found.status == 0
    assert found.megabytes < LARGE.megabytes
