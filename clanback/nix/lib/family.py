"""How a family of `lib` functions is written down: natively in Python, or as Nix text of our own where that says it best.

    FAMILY = Family("lists")

    @FAMILY.native("singleton", 1)
    def _singleton(evaluator: Evaluator, x: Any) -> Value:
        return (x,)

    FAMILY.nix("forEach", "xs: f: map f xs")

Native functions get their arguments unforced, as builtins do. Nix text sees `lib` and the global names; it is parsed and evaluated when
the name is first used, once for each evaluator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from clanback.nix.values import Builtin

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Value

_F = TypeVar("_F", bound="Callable[..., Any]")


class Family:
    """The functions of one family of `lib` by name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: dict[str, Builtin] = {}
        self.texts: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def native(self, name: str, arity: int) -> Callable[[_F], _F]:
        """Register a Python function of 1 to 3 arguments."""

        def register(function: _F) -> _F:
            assert name not in self.names(), name
            self.functions[name] = Builtin(f"lib.{name}", arity, function)
            return function

        return register

    def nix(self, name: str, text: str) -> None:
        """Register an expression in Nix."""
        assert name not in self.names(), name
        self.texts[name] = text

    def value(self, name: str, value: Any) -> None:
        """Register a plain value, the same for every evaluator."""
        assert name not in self.names(), name
        self.values[name] = value

    def names(self) -> set[str]:
        """All names that are defined."""
        return {*self.functions, *self.texts, *self.values}

    def get(self, evaluator: Evaluator, name: str) -> Value:
        """What `lib.FAMILY.NAME` is for an evaluator."""
        function = self.functions.get(name)
        if function is not None:
            return function
        if name in self.values:
            return self.values[name]
        from clanback.nix.parser import parse

        text = self.texts[name]
        return evaluator.evaluate(parse(text, f"lib.{self.name}.{name}", scope=("lib",)), {"lib": evaluator.lib})
