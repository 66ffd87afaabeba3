"""The syntax tree of Nix: one attrs class a construct, with integer offsets into its source.

Nodes are built by the parser and never changed afterwards. `start` and `end` are offsets in code points (end exclusive);
an expression in parentheses includes its parentheses, so that `source.text[start:end]` can stand wherever the node stood.

`AttrSet` and `Let` keep their bindings twice: `bindings` as written (for printing), and `attributes`/`dynamic` as Nix'
parser desugars them: `a.b = 1; a.c = 2;` is one attribute `a` whose expression is an implicit `AttrSet`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

import attrs

if TYPE_CHECKING:
    from typing import TypeVar, dataclass_transform

    from clanback.diagnostics import Source

    _N = TypeVar("_N")

    # mypy sees through `attrs.define` only where it stands as the decorator itself.
    @dataclass_transform(eq_default=False)
    def node(cls: type[_N]) -> type[_N]:
        """Make a class of nodes."""
        ...
else:
    # No more than is needed: making these classes is part of every start, and there are a million nodes of a large file.
    node = attrs.define(eq=False, repr=False, weakref_slot=False, getstate_setstate=False, on_setattr=None)

# What two equal trees may differ in: places, the file they came from, and what is derived from `bindings`.
_NOT_COMPARED = frozenset({"start", "end", "operator_start", "name_start", "name_end", "source_file"})


class Node:
    """Base of all nodes: equality is that of the trees, places left out (iterative, so depth does not matter)."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        pending: list[tuple[object, object]] = [(self, other)]
        while pending:
            a, b = pending.pop()
            if type(a) is not type(b):
                return False
            if isinstance(a, Node):
                names = [f.name for f in attrs.fields(cast("type[attrs.AttrsInstance]", type(a))) if f.name not in _NOT_COMPARED]
                if getattr(a, "bindings", ()):
                    # What follows from the bindings need not be compared too: with nested sets that would double at each level.
                    names = [n for n in names if n not in ("attributes", "dynamic")]
                pending.extend((getattr(a, n), getattr(b, n)) for n in names)
            elif isinstance(a, tuple):
                assert isinstance(b, tuple)
                if len(a) != len(b):
                    return False
                pending.extend(zip(a, b, strict=True))
            elif isinstance(a, dict):
                assert isinstance(b, dict)
                if a.keys() != b.keys():
                    return False
                pending.extend((a[k], b[k]) for k in a)
            elif a != b:
                return False
        return True

    def __repr__(self) -> str:
        fields = attrs.fields(cast("type[attrs.AttrsInstance]", type(self)))
        return f"{type(self).__name__}({', '.join(f'{f.name}={getattr(self, f.name)!r}' for f in fields)})"

    __hash__ = None  # type: ignore[assignment]  # equal trees are not the same place: key by id() where identity is meant


@node
class Int(Node):
    """An integer literal; `value` fits in 64 bits."""

    start: int
    end: int
    value: int


@node
class Float(Node):
    """A floating point literal."""

    start: int
    end: int
    value: float


@node
class String(Node):
    """A string, `"…"` or `''…''`: parts are unescaped text and interpolated expressions; no two texts are neighbours."""

    start: int
    end: int
    parts: tuple[str | Expr, ...]
    indented: bool = False


@node
class Uri(Node):
    """An unquoted URI, which is a string."""

    start: int
    end: int
    value: str


@node
class Path(Node):
    """A path literal as written (`./a`, `a/b`, `/a`, `~/a`): parts are text and interpolated expressions."""

    start: int
    end: int
    parts: tuple[str | Expr, ...]


@node
class SearchPath(Node):
    """`<nixpkgs/lib>`; `value` is the text between the angle brackets."""

    start: int
    end: int
    value: str


@node
class Var(Node):
    """A variable."""

    start: int
    end: int
    name: str


@node
class StaticName(Node):
    """A name in an attribute path that is known when parsing: an identifier or a string without interpolation."""

    start: int
    end: int
    name: str


@node
class DynamicName(Node):
    """`${expr}` or `"…${expr}…"` in an attribute path; `expr` gives the name."""

    start: int
    end: int
    expr: Expr


AttrName: TypeAlias = StaticName | DynamicName


@node
class Select(Node):
    """`subject.a.b` or `subject.a.b or default`."""

    start: int
    end: int
    subject: Expr
    path: tuple[AttrName, ...]
    default: Expr | None


@node
class HasAttr(Node):
    """`subject ? a.b`."""

    start: int
    end: int
    subject: Expr
    path: tuple[AttrName, ...]


@node
class Binding(Node):
    """`a.b.c = value;` as written."""

    start: int
    end: int
    path: tuple[AttrName, ...]
    value: Expr


@node
class Inherit(Node):
    """`inherit a b;` or `inherit (source) a b;` as written."""

    start: int
    end: int
    source: Expr | None
    names: tuple[StaticName, ...]


@node
class Attribute(Node):
    """An attribute after desugaring. `name_start`/`name_end` is the place of its name in the source.

    `inherited` is None for `name = expr`, "scope" for `inherit name` (then `expr` is a `Var` that is looked up
    *outside* the set, also in a `rec`), "source" for `inherit (e) name` (then `expr` is `Select(e, name)`, whose
    subject is one and the same node object for all names of one `inherit`, evaluated at most once, inside the set's scope).
    """

    name: str
    name_start: int
    name_end: int
    expr: Expr
    inherited: str | None = None


@node
class DynamicAttribute(Node):
    """An attribute whose name has to be evaluated."""

    name: Expr
    expr: Expr
    name_start: int
    name_end: int


@node
class AttrSet(Node):
    """`{ … }` or `rec { … }`; implicit ones (from `a.b = 1`) start at the first name inside and have no `bindings`."""

    start: int
    end: int
    recursive: bool
    bindings: tuple[Binding | Inherit, ...]
    attributes: dict[str, Attribute]
    dynamic: tuple[DynamicAttribute, ...] = ()
    implicit: bool = False


@node
class Let(Node):
    """`let … in body`."""

    start: int
    end: int
    bindings: tuple[Binding | Inherit, ...]
    attributes: dict[str, Attribute]
    body: Expr


@node
class LegacyLet(Node):
    """`let { …; body = …; }`, which is `(rec { … }).body`."""

    start: int
    end: int
    attrset: AttrSet


@node
class List(Node):
    """`[ a b ]`."""

    start: int
    end: int
    items: tuple[Expr, ...]


@node
class Formal(Node):
    """One of a function's named arguments, with its default."""

    start: int
    end: int
    name: str
    default: Expr | None


@node
class Lambda(Node):
    """`x: body`, `{ a, b ? 1, ... }: body`, `args@{ … }: body`; `formals` is None for the first form."""

    start: int
    end: int
    param: str | None
    formals: tuple[Formal, ...] | None
    ellipsis: bool
    body: Expr
    param_first: bool = True


@node
class With(Node):
    """`with scope; body`."""

    start: int
    end: int
    scope: Expr
    body: Expr


@node
class If(Node):
    """`if condition then consequence else alternative`."""

    start: int
    end: int
    condition: Expr
    consequence: Expr
    alternative: Expr


@node
class Assert(Node):
    """`assert condition; body`."""

    start: int
    end: int
    condition: Expr
    body: Expr


@node
class Apply(Node):
    """`function a b c`: at least one argument."""

    start: int
    end: int
    function: Expr
    arguments: tuple[Expr, ...]


@node
class Unary(Node):
    """`-x` or `!x`."""

    start: int
    end: int
    operator: str
    operand: Expr


@node
class Binary(Node):
    """`left operator right`, operator one of `+ - * / ++ // == != < > <= >= && || -> |> <|`."""

    start: int
    end: int
    operator: str
    left: Expr
    right: Expr
    operator_start: int = -1


@node
class File(Node):
    """A parsed text, what `parse` gives: an expression that knows its source. Means what `expr` means."""

    start: int
    end: int
    expr: Expr
    source_file: Source


Expr: TypeAlias = (
    Int
    | Float
    | String
    | Uri
    | Path
    | SearchPath
    | Var
    | Select
    | HasAttr
    | AttrSet
    | Let
    | LegacyLet
    | List
    | Lambda
    | With
    | If
    | Assert
    | Apply
    | Unary
    | Binary
    | File
)
