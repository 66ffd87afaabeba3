"""Builtins whose result depends on the computer, the time or the network: fixed as in pure evaluation, or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.coerce import force_string
from clanback.nix.builtins.registry import OPAQUE, builtin, constant
from clanback.nix.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

constant("currentSystem", Unknown("builtins.currentSystem", "it depends on the computer that evaluates"))
constant("currentTime", Unknown("builtins.currentTime", "it depends on when it is evaluated"))
constant("nixVersion", "2.26.0")
constant("langVersion", 6)
constant("storeDir", "/nix/store")


@builtin("getEnv", 1)
def _get_env(evaluator: Evaluator, name: Any) -> Value:
    """The empty string, as in pure evaluation: a rendered module must not depend on somebody's environment."""
    force_string(evaluator, name)
    return ""


def _fetching(name: str, arity: int, reason: str) -> None:
    def fetch(evaluator: Evaluator, *arguments: Any) -> Value:
        return Unknown(f"builtins.{name} …", reason)

    OPAQUE[name] = reason
    register: Callable[[Any], Any] = builtin(name, arity)
    register(fetch)


for _name in ("fetchurl", "fetchTarball", "fetchGit", "fetchMercurial", "fetchTree", "fetchClosure", "getFlake"):
    _fetching(_name, 1, "clanback does not use the network")
for _name in ("parseFlakeRef", "flakeRefToString"):
    _fetching(_name, 1, "clanback does not read references to flakes")
_fetching("exec", 1, "clanback runs no programs")
_fetching("importNative", 2, "clanback loads no native code")
