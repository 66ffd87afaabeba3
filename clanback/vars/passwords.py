"""Passphrases of words, and password hashes as mkpasswd makes them."""

from __future__ import annotations

from functools import cache
from typing import Final

WORDS: Final = 6
"""Six of the 7,772 words of EFF's long list: 77 bits."""

HASH_ROUNDS: Final = 5000
"""The rounds that `mkpasswd -m sha-512` takes, and every crypt(3) when nothing else is said."""


def passphrase() -> str:
    """Six random words, joined by `-`. xkcdpass takes them from the system's random numbers."""
    from xkcdpass import xkcd_password

    made: str = xkcd_password.generate_xkcdpassword(list(_words()), numwords=WORDS, delimiter="-")
    return made


@cache
def _words() -> tuple[str, ...]:
    from xkcdpass import xkcd_password

    words = xkcd_password.generate_wordlist(wordfile=xkcd_password.locate_wordfile("eff-long"), min_length=3, max_length=9)
    return tuple(word for word in words if word.isalpha())


def hashed(password: str) -> str:
    """The password's hash for shadow(5), SHA-512 with a random salt of 16 characters: what `mkpasswd -m sha-512` prints."""
    from passlib.hash import sha512_crypt

    made: str = sha512_crypt.using(rounds=HASH_ROUNDS, salt_size=16).hash(password)
    return made


def fits(password: str, hash_line: str) -> bool | None:
    """Whether the hash is the password's; None where the hash is of another kind, which only crypt(3) knows."""
    from passlib.hash import sha512_crypt

    try:
        return bool(sha512_crypt.verify(password, hash_line.strip()))
    except (ValueError, TypeError):
        return None
