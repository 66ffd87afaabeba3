"""A nixpkgs that lies on this computer: its `lib` in place of ours, and `<nixpkgs>`. What it builds stays unknown.

Its packages and NixOS itself are not evaluated: that takes minutes, and what is known of them would be different on another
computer. `import` of the folder gives a function whose result is unknown, as without it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clanback.nix.errors import EvalError
from clanback.nix.values import Attrs, Builtin, Unknown

if TYPE_CHECKING:
    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

_PACKAGES = "clanback does not evaluate the packages of nixpkgs"
_SYSTEM = "it builds a whole NixOS system, which only Nix can do"


def use(evaluator: Evaluator, folder: str) -> None:
    """Let the `lib` of an evaluator, and `<nixpkgs>`, be those of the nixpkgs in `folder`."""
    real = os.path.realpath(folder)
    evaluator.paths.nixpkgs = real
    packages = Builtin("import <nixpkgs>", 1, lambda _, __: Unknown("import <nixpkgs> { }", _PACKAGES))
    for name in ("", "/default.nix", "/pkgs/top-level", "/pkgs/top-level/default.nix", "/nixos", "/nixos/default.nix"):
        evaluator.provided[real + name] = packages


def its_lib(evaluator: Evaluator, folder: str) -> Attrs:
    """`lib` of the nixpkgs in `folder`, with what the flake of nixpkgs adds to it."""
    made = evaluator.import_file(f"{folder}/lib")
    if not isinstance(made, Attrs):
        raise EvalError("CB130", f"'{folder}/lib' is not a nixpkgs: its `lib` is no set", help="give the folder of a nixpkgs")
    if "extend" not in made:
        return _added(made)
    extended = evaluator.call(made["extend"], Builtin("extension of lib", 2, lambda _, __, ___: _added(Attrs())))
    return extended if isinstance(extended, Attrs) else _added(made)


def _added(to: Attrs) -> Attrs:
    """With the functions that only the flake of nixpkgs has."""
    more: dict[str, Value] = {name: Unknown(f"lib.{name}", _SYSTEM) for name in ("nixosSystem", "nixos")}
    return Attrs({**to, **{name: value for name, value in more.items() if name not in to}})
