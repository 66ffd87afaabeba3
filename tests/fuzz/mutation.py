"""Where inputs come from: random bytes, token soups, generated programs, and changes to texts that are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz import repositories
from tests.inventory.test_any_input import ODD, PLACES, written
from tests.nix.eval_generators import Programs as Evaluable
from tests.nix.generators import Programs as Parsable

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]

TOKENS = (
    "{", "}", "(", ")", "[", "]", ";", "=", '"', "''", "${", "$", ".", ",", "?", "@", ":", "!", "-", "+", "*", "/", "<", ">",
    "++", "//", "->", "==", "!=", "<=", ">=", "&&", "||", "|>", "...", "\\", "#", "/*", "*/", "\n", "\r\n", "\t", " ",
    "or", "let", "in", "rec", "if", "then", "else", "inherit", "with", "assert", "a", "b", "x:", "x: ", "a.b", "./a", "~/", "<a>",
    "1", "1.5", "9223372036854775807", "1e3", ".5", "http://a.b/c", "null", "true", "{ }", "[ ]", '""', "''${", "'''", "''\\n",
    "\0", "\ufeff", "é", "\U0001f600", "\udc80", "\u2028", "\x1b[31m",
    "builtins.", "__functor = self: x: x;", "__toString = self: ", "__overrides", "outPath = ", "_type = ", "import ", "throw ",
    "builtins.tryEval ", "builtins.foldl' ", "builtins.genList ", "builtins.match ", "builtins.split ", "builtins.toJSON ",
    "builtins.fromJSON ", "builtins.sort ", "builtins.replaceStrings ", "builtins.deepSeq ", "builtins.genericClosure ",
    "builtins.listToAttrs ", "builtins.substring ", "builtins.concatStringsSep ", "builtins.zipAttrsWith ", "derivation ",
    "lib.mkIf ", "lib.mkForce ", "lib.mkMerge ",
    "config.", "inputs.", "pkgs.", "inventory.", "machines.", "instances.", "meta.name",
    "roles.client.", "clan.core.state.", "settings.", "tags.", "imports = ",
)  # fmt: skip

_SPLIT = re.compile(rb"[\w'-]+|\s+|.", re.DOTALL)
_BUILTINS = re.compile(r"`([\w']+)`")


def seeds() -> list[bytes]:
    """Texts to begin with: every Nix file of our own that is short, and what fuzzing has found before."""
    found = [path for path in sorted(ROOT.glob("tests/**/*.nix")) + sorted(ROOT.glob("examples/**/*.nix")) if path.is_file()]
    texts = [path.read_bytes() for path in found if path.stat().st_size < 6_000]
    return texts + [path.read_bytes() for path in sorted((ROOT / "tests/fuzz/found").glob("*")) if path.suffix != ".md"]


class Inputs:
    """An endless supply of inputs for one target, the same for the same `chance`."""

    def __init__(self, target: str, chance: random.Random, corpus: Sequence[bytes]) -> None:
        self.target = target
        self.chance = chance
        self.corpus = list(corpus) or [b"{ }"]
        self._evaluable = Evaluable(chance.randrange(1 << 30), wrong=0.05)
        self._repositories = repositories.seeds()
        self._parsable = Parsable(chance, 20)
        from clanback.nix.builtins.registry import TABLE, load

        load()
        self._builtins = sorted(name for name in TABLE if name != "__loaded")

    def next(self) -> bytes:
        """One input."""
        kind = self.chance.random()
        if kind < 0.05:
            return self.chance.randbytes(self.chance.randint(0, 60))
        if kind < 0.15:
            return self._soup()
        if kind < 0.45:
            return self._fresh()
        return self.changed(self.chance.choice(self.corpus) if self.chance.random() < 0.5 else self._fresh())

    def _fresh(self) -> bytes:
        """A program that means something to the target."""
        chance = self.chance
        if self.target == "repository":
            return self._repository()
        if self.target == "clan":
            choices = {chance.randrange(PLACES): chance.choice(ODD) for _ in range(chance.randint(0, 4))}
            if chance.random() < 0.3:
                choices[chance.randrange(PLACES)] = f"({self._evaluable.expression(2)})"
            return written(choices).encode()
        if self.target == "evaluator":
            if chance.random() < 0.4:
                return self._call().encode("utf-8", "surrogateescape")
            return self._evaluable.expression(chance.randint(1, 4)).encode()
        return self._parsable.program().encode()

    def _repository(self) -> bytes:
        """A repository of the tests, with a file of another one, a link or an odd file added now and then."""
        chance = self.chance
        made = chance.choice(self._repositories)
        if chance.random() < 0.4:
            pieces = chance.choice(self._repositories).split(b"=== ")[1:]
            made += b"\n=== " + chance.choice(pieces)
        if chance.random() < 0.3:
            path = chance.choice(REPOSITORY_PATHS)
            made = f"=== {path}{chance.choice(REPOSITORY_CONTENTS)}\n".encode("utf-8", "surrogateescape") + made
        return made

    def _call(self) -> str:
        """A builtin with whatever arguments: most are refused, and must be so with words."""
        chance = self.chance
        arguments = []
        for _ in range(chance.randint(0, 3)):
            kind = chance.random()
            if kind < 0.4:
                arguments.append(self._evaluable.of(self._evaluable.type(2), 1, ()))
            elif kind < 0.6:
                arguments.append(f"builtins.{chance.choice(self._builtins)}")
            elif kind < 0.75:
                arguments.append(f"(x: {self._evaluable.of(self._evaluable.type(1), 1, ())})")
            else:
                arguments.append(f"({chance.choice(ODD_VALUES)})")
        return f"builtins.{chance.choice(self._builtins)} {' '.join(arguments)}"

    def _soup(self) -> bytes:
        chance = self.chance
        pieces = (chance.choice(TOKENS) + chance.choice(("", " ")) for _ in range(chance.randint(1, 14)))
        return "".join(pieces).encode("utf-8", "surrogateescape")

    def changed(self, data: bytes) -> bytes:
        """The text with some of its words doubled, swapped, dropped, replaced or cut, or some of its bytes."""
        chance = self.chance
        words = _SPLIT.findall(data)
        for _ in range(chance.randint(1, 4)):
            if not words:
                break
            at = chance.randrange(len(words))
            kind = chance.randrange(8)
            if kind == 0:
                del words[at : at + chance.choice((1, 1, 2, 5))]
            elif kind == 1:
                words[at:at] = [words[chance.randrange(len(words))]] * chance.choice((1, 1, 2, 40))
            elif kind == 2:
                words[at] = chance.choice(TOKENS).encode("utf-8", "surrogateescape")
            elif kind == 3:
                words[at:at] = [chance.choice(TOKENS).encode("utf-8", "surrogateescape")]
            elif kind == 4:
                other = _SPLIT.findall(chance.choice(self.corpus))
                begin = chance.randrange(len(other) + 1)
                words[at:at] = other[begin : begin + chance.randint(1, 12)]
            elif kind == 5:
                to = chance.randrange(len(words))
                words[at], words[to] = words[to], words[at]
            elif kind == 6:
                words = words[: at + 1] if chance.random() < 0.5 else words[at:]
            else:
                byte = bytearray(words[at])
                byte[chance.randrange(len(byte))] = chance.randrange(256)
                words[at] = bytes(byte)
        return b"".join(words)[:20_000]


ODD_VALUES = (
    "-1",
    "0",
    "9223372036854775807",
    "-9223372036854775807 - 1",
    "1.0e308 * 10",
    "0.0 / 1",
    "null",
    "true",
    "[ ]",
    "{ }",
    '""',
    '"\\n"',
    '"a" + builtins.fromJSON "\\"\\\\u0000\\""',
    "[ [ ] ]",
    "{ a = 1; }",
    "{ key = 1; }",
    "[ { key = 1; } ]",
    '{ name = "n"; value = 1; }',
    '[ { name = "n"; value = 1; } ]',
    "{ __toString = _: 5; }",
    "{ __functor = 5; }",
    '{ outPath = "/x"; }',
    "{ outPath = { }; }",
    "rec { outPath = outPath; }",
    "./x",
    "/.",
    "/dev/zero",
    "/etc/passwd",
    "builtins.storeDir",
    '"sha256"',
    '"1.2"',
    "x: x",
    "x: y: x",
    "{ a, b ? 1 }: a",
    "{ ... }@a: a",
    "builtins",
    "builtins.add 1",
    'throw "x"',
    'abort "x"',
    "builtins.currentSystem",
    "<x>",
    '{ type = "derivation"; outPath = "/x"; name = "n"; }',
    'derivation { name = "n"; system = "s"; builder = "b"; }',
    "let x = { a = x; }; in x",
    "let x = [ x ]; in x",
    '"((a*)*)*b"',
    '"[[:alpha:]]+"',
    '"(" + "a"',
    "builtins.genList (x: x) 300",
    'builtins.concatStringsSep "a" (builtins.genList (x: "") 200)',
    "{ startSet = [ { key = 1; } ]; operator = x: [ x ]; }",
    "{ startSet = [ ]; }",
    "{ path = ./x; filter = 5; }",
    '{ url = "a"; }',
    '"{\\"a\\":[1,2.5,null]}"',
    '"a = 1\\n[b]\\nc = 1979-05-27"',
    '{ toHashFormat = "base64"; hash = "x"; hashAlgo = "md5"; }',
    "__curPos",
    '(builtins.unsafeGetAttrPos "a" { a = 1; })',
)

REPOSITORY_PATHS = (
    "flake.nix", "flake.lock", "clan.nix", "inventory.json", "clanback.toml", "machines", "machines/a",
    "machines/a/configuration.nix",
    "machines/a/hardware-configuration.nix", "machines/a/disko.nix", "vars", "vars/per-machine",
    "vars/per-machine/a/borgbackup/borgbackup.ssh.pub/value", "vars/shared/openssh-ca/id_ed25519.pub/value",
    "modules", "modules/x.nix",
    "generated", "generated/MANIFEST.json", "secrets", "lib.nix",
)  # fmt: skip

REPOSITORY_CONTENTS = (
    " -> ..", " -> loop", " -> nowhere", " -> /dev/zero", " -> /etc", " -> clan.nix", " -> machines",
    "\n", "\n{ }", "\n{", "\n[]", "\nnull", "\n\0", "\n\udcff", "\n{ ... }: { }", "\nx: x", "\nimport ./.",
    "\n{ imports = [ ./. ]; }",
    '\n{"machines": {"a": {"tags": ["x"]}}, "instances": 1}', '\n{"machines": []}', '\n{"a": {"b": {}}}',
    '\nout = "x"\n[borgbackup]\nkeep = 1', '\nignore = 1\n[a.b]\n[a]\nb = 1',
    "\n[borgbackup.instances.x.machines]\na = { quota = -1 }",
    '\n{ outputs = inputs: inputs.clan-core.lib.clan { inherit (inputs) self; }; inputs = 1; }',
    "\n{ config, lib, ... }: { options.x = lib.mkOption { type = lib.types.int; }; config.x = \"a\"; }",
    "\n{ lib, ... }: { inventory.machines.a = lib.mkForce { tags = lib.mkMerge [ [ \"t\" ] (lib.mkIf true [ 1 ]) ]; }; }",
)  # fmt: skip
