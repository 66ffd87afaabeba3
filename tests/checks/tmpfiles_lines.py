"""Lines for systemd-tmpfiles to judge: built from the grammar of tmpfiles.d(5), and spoiled in one or two places."""

from __future__ import annotations

import os
import random
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

USERS, GROUPS = ("root", "alice", "app-1"), ("root", "users")
"""Those of the folder that is judged in."""

TYPES = "dddddddfFwDevqQpLcbCxXrRzZtThHaAmgDEY"
PATHS = (
    *(
        "/home/alice/documents",
        "/var/lib/app",
        "/a",
        "%t/app",
        "%S/app",
        "/srv/%m",
        "'/a b'",
        '"/a\\"b"',
        "/a\\ b",
        "/a/%%",
        "/é",
    ),
    *("a", "./a", "~/a", "''", "%x/a", "/%x", "%u/a", "//", "%h", "/a%", "/a%!", '"/a', "/a\\", "%"),
)
MODES = (
    "-",
    "-",
    "-",
    "0755",
    "755",
    "~0700",
    ":0644",
    "~:755",
    "1777",
    "07777",
    "10000",
    "0789",
    "u+x",
    "",
    "'0755'",
    "rwx",
    "+755",
)
ACCOUNTS = (
    "-",
    "-",
    "-",
    "root",
    "alice",
    ":root",
    "users",
    "0",
    "1000",
    "65535",
    "-1",
    "01",
    "nosuch",
    "ali:ce",
    "%U",
    "::root",
    "0x1",
)
AGES = (
    *(
        "-",
        "-",
        "-",
        "-",
        "-",
        "10d",
        "12h30min",
        "'1d 12h'",
        "1.5h",
        ".5s",
        "5",
        "0",
        "~10d",
        "aA:5d",
        "~bBmM:1w",
        "infinity",
        "3M",
    ),
    *("10x", "d10", "1.", "1.5.5", "a:", ":5", "z:5", "~", "~~5", "-5", "+5", "1h30", "99999999999999999999", "5month", "5mon"),
)
ARGUMENTS = (
    *(
        "",
        "",
        "",
        "",
        "",
        "-",
        "text",
        "/usr/share/x",
        "some words",
        "a\\nb",
        "a\\qb",
        "\\x41",
        "\\x4",
        "\\101",
        "\\777",
        "\\u00e9",
    ),
    *(
        "%x",
        "%%",
        "%t/x",
        "%u",
        "YWJj",
        "YWI=",
        "YWI",
        "YR==",
        "!!",
        "1:3",
        "4096:1",
        "1:",
        "a:b",
        "+i",
        "=",
        "+",
        "-i",
        "+q",
        "aA",
    ),
    *(
        "user.a=1",
        "user.a=%x",
        "user.a",
        'user.a="b c"',
        "u:alice:rwx",
        "d:g:users:r-x",
        "name.of_credential",
        "a/b",
        "''",
        '"',
        ".",
    ),
)
SPOILERS = "'\"\\%-+!=~^ \t#:/.,019adfx"


def line(luck: random.Random) -> str:
    """Something near a line of tmpfiles.d."""
    kind = luck.choice(TYPES)
    if luck.random() < 0.3:
        kind += "".join(luck.choice("+!-=~^") for _ in range(luck.choice((1, 1, 1, 2))))
    path = luck.choice(PATHS[:11]) if luck.random() < 0.8 else luck.choice(PATHS)

    def often(choices: tuple[str, ...], usual: int) -> str:
        return luck.choice(choices[:usual]) if luck.random() < 0.8 else luck.choice(choices)

    fields = [kind, path, often(MODES, 9), often(ACCOUNTS, 6), often((*ACCOUNTS[:4], "users", *ACCOUNTS[4:]), 5), often(AGES, 17)]
    fields = fields[: luck.choice((2, 3, 5, 6, 6, 6, 6, 6)) if luck.random() < 0.95 else 1]
    if len(fields) == 6:
        fields.append(luck.choice(ARGUMENTS))
    text = luck.choice((*("      "), "  ", "\t")).join(fields)
    for _ in range(luck.choice((0, 0, 0, 0, 0, 1, 2))):
        at = luck.randrange(len(text) + 1)
        sign = luck.choice(SPOILERS)
        text = text[:at] + luck.choice((sign + text[at + 1 :], sign + text[at:], text[at + 1 :]))
    return text


def lines(seed: int, count: int) -> list[str]:
    """So many different lines, always the same for a seed."""
    luck = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        text = line(luck)
        if ".." not in text:  # nothing may lead out of the scratch folder
            made[text] = None
    return list(made)


def scratch(folder: Path) -> Path:
    """A root folder with the files that systemd-tmpfiles looks into."""
    etc = folder / "etc"
    etc.mkdir(exist_ok=True)
    etc.joinpath("passwd").write_text("".join(f"{name}:x:{n}:0::/:/bin/sh\n" for n, name in enumerate(USERS)))
    etc.joinpath("group").write_text("".join(f"{name}:x:{n}:\n" for n, name in enumerate(GROUPS)))
    etc.joinpath("machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    etc.joinpath("os-release").write_text("ID=nixos\nVERSION_ID=26.05\n")
    return folder


def judged_by_systemd(texts: Sequence[str], root: Path, expected: Callable[[str], bool]) -> dict[str, bool]:
    """Which lines systemd-tmpfiles takes. Those that it is expected to take are judged together, by halves where one is not."""
    judged = dict.fromkeys(texts, False)

    def judge(some: Sequence[str]) -> None:
        if _accepted(some, root):
            judged.update(dict.fromkeys(some, True))
        elif len(some) > 1:
            judge(some[: len(some) // 2])
            judge(some[len(some) // 2 :])

    good = [text for text in judged if expected(text)]
    for begin in range(0, len(good), 50):
        judge(good[begin : begin + 50])
    for text in judged:
        if not expected(text):
            judge([text])
    return judged


def _accepted(texts: Sequence[str], root: Path) -> bool:
    """Whether systemd-tmpfiles takes all lines: `--clean` reads and judges them, and finds nothing to remove in an empty root."""
    rules = root / "rules.conf"
    rules.write_text("\n".join(texts) + "\n")
    command = ["systemd-tmpfiles", "--clean", "--boot", f"--root={root}", str(rules)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL, env=environment)
    if not root.joinpath("etc/group").exists():  # a rule for `/` with an age has cleaned it
        scratch(root)
    return done.returncode == 0


def depends_on_the_machine(text: str) -> bool:
    """Whether systemd-tmpfiles may pass over the rest of a line: what is to be copied, or a credential, is not there."""
    kind = text.strip().strip("'\"")
    return kind.startswith("C") or "^" in kind.partition(" ")[0].partition("\t")[0]
