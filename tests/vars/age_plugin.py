"""A plugin for the program `age` that works like those of security keys, but hides the file key with a constant.

Run as `age-plugin-quince --age-plugin=recipient-v1|identity-v1` it speaks age's plugin protocol (C2SP age-plugin.md).
"""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
HIDDEN_BY = bytes(range(16))


def bech32(prefix: str, content: bytes) -> str:
    """BIP 173, as age writes keys."""
    bits = int.from_bytes(content, "big") << (-len(content) * 8 % 5)
    count = (len(content) * 8 + 4) // 5
    numbers = [bits >> 5 * (count - 1 - at) & 31 for at in range(count)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = 1
    for number in [*expanded, *numbers, 0, 0, 0, 0, 0, 0]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ number
        for at, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> at & 1 else 0
    check ^= 1
    return f"{prefix}1" + "".join(CHARSET[n] for n in [*numbers, *(check >> 5 * (5 - at) & 31 for at in range(6))])


RECIPIENT = bech32("age1quince", b"somebody")
IDENTITY = bech32("age-plugin-quince-", b"somebody").upper()


def install(folder: Path) -> None:
    """Put the plugin's program into a folder that goes on PATH."""
    program = folder / "age-plugin-quince"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {Path(__file__).resolve()} "$@"\n')
    program.chmod(0o755)


def read_stanza() -> tuple[list[str], bytes]:
    words = sys.stdin.readline().split()[1:]
    body = ""
    while True:
        line = sys.stdin.readline().rstrip("\n")
        body += line
        if len(line) < 64:
            return words, base64.b64decode(body + "=" * (-len(body) % 4))


def write_stanza(*words: str, body: bytes = b"") -> None:
    text = base64.b64encode(body).decode().rstrip("=")
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    if not lines or len(lines[-1]) == 64:
        lines.append("")
    sys.stdout.write("-> " + " ".join(words) + "\n" + "".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def hidden(key: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(key, HIDDEN_BY, strict=True))


def main() -> None:
    said = []
    while not said or said[-1][0][0] != "done":
        said.append(read_stanza())
    if sys.argv[1].endswith("recipient-v1"):
        keys = [body for words, body in said if words[0] == "wrap-file-key"]
        for number, key in enumerate(keys):
            write_stanza("recipient-stanza", str(number), "quince", body=hidden(key))
            read_stanza()
    else:
        if os.environ.get("QUINCE_TOUCH", "1"):
            write_stanza("msg", body=b"touch your quince")
            read_stanza()
        for words, body in said:
            if words[0] == "recipient-stanza" and words[2] == "quince":
                write_stanza("file-key", words[1], body=hidden(body))
                read_stanza()
    write_stanza("done")


if __name__ == "__main__":
    main()
