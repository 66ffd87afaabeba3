"""How a family of `lib` functions is written down: natively in Python, or as Nix text of our own where that says it best.

    FAMILY = Family("lists")

    @FAMILY.native("singleton", 1)
    def _singleton(evaluator: Evaluator, x: Any) -> Value:
        return (x,)

    FAMILY.nix("forEach", "xs: f: map f xs")

Native functions get their arguments unforced, as builtins do. Nix text sees `lib` and the global names; it is parsed and
evaluated when the name is first used, once for each evaluator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from clanback.nix.ast import Lambda
from clanback.nix.builtins.coerce import UnknownEncountered
from clanback.nix.errors import OURS
from clanback.nix.values import Builtin, Closure, Unknown, is_made_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from clanback.nix.evaluator import Evaluator
    from clanback.nix.values import Thunk, Value

_F = TypeVar("_F", bound="Callable[..., Any]")


class Family:
    """The functions of one family of `lib` by name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: dict[str, Builtin] = {}
        self.texts: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.evaluated: frozenset[str] = frozenset()

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

    def file(self, names: str) -> None:
        """Register what `evaluation.nix` defines."""
        self.evaluated |= frozenset(names.split())

    def names(self) -> set[str]:
        """All names that are defined."""
        return {*self.functions, *self.texts, *self.values, *self.evaluated}

    def get(self, evaluator: Evaluator, name: str) -> Value:
        """What `lib.FAMILY.NAME` is for an evaluator."""
        function = self.functions.get(name)
        if function is not None:
            return function
        if name in self.values:
            return self.values[name]
        if name in self.evaluated:
            return _named(f"lib.{name}", evaluation(evaluator, name))
        from clanback.nix.parser import parse

        file = parse(self.texts[name], f"{_PREFIX}{self.name}.{name}", scope=("lib",))
        return _named(f"lib.{name}", evaluator.evaluate(file, {"lib": evaluator.lib}))


def evaluation(evaluator: Evaluator, name: str) -> Value:
    """A value of `evaluation.nix`, the module system in Nix; the file is read once for each evaluator."""
    found = evaluator.provided.get(_EVALUATION)
    if found is None:
        from os.path import dirname

        from clanback.nix.parser import parse

        with open(f"{dirname(__file__)}/evaluation.nix", encoding="utf-8") as file:
            text = file.read()
        found = evaluator.call(evaluator.evaluate(parse(text, _EVALUATION)), evaluator.lib)
        evaluator.provided[_EVALUATION] = found
    return evaluator.select(found, name)


def delayed(evaluator: Evaluator, name: str, function: Callable[[], Any]) -> Thunk:
    """A lazy part of what `lib.NAME` gives.

    Where it needs an unknown value it is unknown, with a text that cannot be taken for source.
    """

    def compute() -> Any:
        try:
            return evaluator.force(function())
        except UnknownEncountered as met:
            return Unknown(f"lib.{name} … {met.unknown.text}", met.unknown.reason, met.unknown.span)

    return evaluator.thunk(compute)


_PREFIX = f"{OURS}lib."
_EVALUATION = f"{OURS}lib.evalModules"


def _named(name: str, value: Value) -> Value:
    """A function in Nix as a builtin: its unknown results are then those of the caller's expression, not of our text."""
    if type(value) is not Closure:
        return value
    arity, body = 1, value.node.body
    while isinstance(body, Lambda) and arity < _MOST_ARGUMENTS:
        arity, body = arity + 1, body.body

    def call(evaluator: Evaluator, *arguments: Any) -> Value:
        result = evaluator.call(value, *arguments)
        if type(result) is Unknown and is_made_up(result):
            raise UnknownEncountered(result)
        return result

    return Builtin(name, arity, call)


_MOST_ARGUMENTS = 3
