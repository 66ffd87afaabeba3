"""Builtins that compute hashes of strings and files and convert between their spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import describe, force_attrs, force_path, force_string, force_string_no_context
from clanback.nix.builtins.registry import builtin
from clanback.nix.errors import EvalError
from clanback.nix.values import Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

_SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64, "blake3": 32}
_BASE32 = "0123456789abcdfghijklmnpqrsvwxyz"
_HELP = "Nix knows 'blake3', 'md5', 'sha1', 'sha256' and 'sha512'"


@builtin("hashString", 2)
def _hash_string(evaluator: Evaluator, algorithm: Any, text: Any) -> Value:
    kind = _algorithm(force_string_no_context(evaluator, algorithm))
    found = force_string(evaluator, text)
    return _hexadecimal(kind, found.encode("utf-8", "surrogateescape"), f"builtins.hashString {describe(kind)} {describe(found)}")


@builtin("hashFile", 2)
def _hash_file(evaluator: Evaluator, algorithm: Any, path: Any) -> Value:
    kind = _algorithm(force_string_no_context(evaluator, algorithm))
    where = force_path(evaluator, path).path
    return _hexadecimal(kind, evaluator.paths.read(where), f"builtins.hashFile {describe(kind)} {where}")


@builtin("convertHash", 1)
def _convert_hash(evaluator: Evaluator, arguments: Any) -> Value:
    given = force_attrs(evaluator, arguments)
    text = force_string_no_context(evaluator, evaluator.select(given, "hash"))
    wanted = force_string_no_context(evaluator, evaluator.select(given, "toHashFormat"))
    named = force_string_no_context(evaluator, given["hashAlgo"]) if "hashAlgo" in given else None
    algorithm, digest = parse_hash(text, None if named is None else _algorithm(named))
    if wanted == "base16":
        return digest.hex()
    if wanted in ("nix32", "base32"):
        return to_nix32(digest)
    if wanted in ("base64", "sri"):
        from base64 import b64encode

        encoded = b64encode(digest).decode()
        return f"{algorithm}-{encoded}" if wanted == "sri" else encoded
    raise EvalError("CB154", f"unknown hash format '{wanted}', expect 'base16', 'base32', 'nix32', 'base64', or 'sri'")


def _algorithm(name: str) -> str:
    if name not in _SIZES:
        raise EvalError("CB154", f"unknown hash algorithm '{name}'", help=_HELP)
    return name


def _hexadecimal(algorithm: str, content: bytes, source: str) -> Value:
    if algorithm == "blake3":
        return Unknown(source, "clanback cannot compute BLAKE3 hashes")
    import hashlib

    # Not for security: it is what the configuration asks for.
    return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()


def parse_hash(text: str, algorithm: str | None) -> tuple[str, bytes]:
    """Algorithm and digest of a hash written as `algorithm-base64`, `algorithm:digest` or, with `algorithm`, the digest alone."""
    digest = text
    prefixed = False
    for separator in "-:":
        before, found, after = text.partition(separator)
        if found and before in _SIZES:
            if algorithm is not None and algorithm != before:
                raise EvalError("CB154", f"hash '{text}' should have type '{algorithm}' but has type '{before}'")
            algorithm, digest, prefixed = before, after, separator == "-"
            break
    if algorithm is None:
        raise EvalError("CB154", f"hash '{text}' does not include a type", help="add 'hashAlgo', or write it as 'sha256-…'")
    size = _SIZES[algorithm]
    made: bytes | None = None
    if not prefixed and len(digest) == 2 * size and all(c in "0123456789abcdefABCDEF" for c in digest):
        made = bytes.fromhex(digest)
    elif not prefixed and len(digest) == (size * 8 - 1) // 5 + 1:
        made = from_nix32(digest, size)
    elif len(digest) == -(-size // 3) * 4:
        from base64 import b64decode

        try:
            made = b64decode(digest, validate=True)
        except ValueError:
            made = None
    if made is None or len(made) != size:
        raise EvalError("CB154", f"hash '{text}' has wrong length for hash algorithm '{algorithm}', or a wrong character")
    return algorithm, made


def to_nix32(digest: bytes) -> str:
    """Nix' base 32: 5 bits a character, the last bits first."""
    number = int.from_bytes(digest, "little")
    return "".join(_BASE32[number >> 5 * i & 31] for i in reversed(range((len(digest) * 8 - 1) // 5 + 1)))


def from_nix32(text: str, size: int) -> bytes | None:
    """The inverse of `to_nix32`; None when it is none."""
    number = 0
    for char in text:
        at = _BASE32.find(char)
        if at < 0:
            return None
        number = number << 5 | at
    return None if number >> 8 * size else number.to_bytes(size, "little")
