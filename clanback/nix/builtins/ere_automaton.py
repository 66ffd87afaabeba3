"""Running an extended regular expression: what libstdc++'s executor does, with a stack of our own and a limit of steps.

The rules (`std::regex::extended`): repetitions are greedy and take the first way that works; the alternatives of `|` are
*both* tried and the longer match wins, the earlier one if equally long. So for a match of the whole text the first way found
counts, and when searching, the longest over the alternatives. That is POSIX' leftmost-longest rule except where a shorter
repetition would have let the rest match more (`(ab?)(bcd)?` on `abcd` takes `ab`). Captures of earlier rounds stay.

Where Python's `re` does provably the same (no repetition of a group, no `|` when searching) and cannot explode, `Pattern`
uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clanback.nix.builtins.ere import ANY, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clanback.nix.builtins.ere import Tree

Captures = list[tuple[int, int] | None]
"""Start and end of each group, number 0 being the whole match."""

_STEP_LIMIT = 3_000_000
_MEMO_AFTER = 20_000
_RE_COST_LIMIT = 20_000_000
_RE_SPEED = 100
_SET, _BEGIN, _END, _OPEN, _CLOSE, _EITHER, _REPEAT, _ACCEPT = range(8)


class TooManySteps(Exception):  # noqa: N818 (becomes a LimitError at the builtin)
    """Matching took more than the limit of steps."""


class Pattern:
    """A compiled pattern. Texts and patterns have one character a byte (`ere.unicode_to_bytes`)."""

    def __init__(self, pattern: str) -> None:
        self.tree, self.groups = parse(pattern)
        self.simple, self.variable = _simplicity(self.tree)
        # A repetition at the very end takes what it can and never gives back when searching.
        self.variable_inside = self.variable - _ends_in_repetition(self.tree)
        self.alternatives = _contains(self.tree, "or")
        self.anchored = _contains(self.tree, "begin")
        self._re: Any = None
        self._program: _Program | None = None
        self.spent = 0
        """Steps of all matching so far; those of Python's `re`, which are quick, as so many hundreds."""

    def match(self, text: str) -> Captures | None:
        """The groups when the whole text matches, else None."""
        if self.simple and (len(text) + 1) ** max(1, self.variable) <= _RE_COST_LIMIT:
            self.spent += (len(text) + 1) ** max(1, self.variable) // _RE_SPEED
            found = self._compiled().fullmatch(text)
            return None if found is None else _spans(found, self.groups)
        program = self._automaton()
        try:
            return program.match(text)
        finally:
            self.spent += _STEP_LIMIT - program.budget

    def search_all(self, text: str) -> Iterator[Captures]:
        """All matches from left to right, empty ones included, as `std::regex_iterator` gives them."""
        if (
            self.simple
            and not self.alternatives
            and not self.anchored
            and (self.variable_inside == 0 or (len(text) + 1) ** (1 + self.variable_inside) <= _RE_COST_LIMIT)
        ):
            self.spent += (len(text) + 1) ** (1 + self.variable_inside) // _RE_SPEED
            for found in self._compiled().finditer(text):
                yield _spans(found, self.groups)
            return
        program = self._automaton()
        try:
            yield from program.iterate(text)
        finally:
            self.spent += _STEP_LIMIT - program.budget

    def _compiled(self) -> Any:
        if self._re is None:
            import re

            self._re = re.compile(_to_re(self.tree), re.DOTALL)
        return self._re

    def _automaton(self) -> _Program:
        if self._program is None:
            self._program = _Program(self.tree, self.groups)
        return self._program


def _spans(found: Any, groups: int) -> Captures:
    return [None if found.start(i) < 0 else found.span(i) for i in range(groups + 1)]


def _contains(tree: Tree, kind: str) -> bool:
    if tree[0] == kind:
        return True
    match tree[0]:
        case "cat" | "or":
            return any(_contains(part, kind) for part in tree[1])
        case "group":
            return _contains(tree[2], kind)
        case "repeat":
            return _contains(tree[1], kind)
    return False


def _simplicity(tree: Tree) -> tuple[bool, int]:
    """Whether only single bytes are repeated (or groups at most once), and how many repetitions of varying length there are."""
    match tree[0]:
        case "cat" | "or":
            parts = [_simplicity(part) for part in tree[1]]
            return all(simple for simple, _ in parts), sum(count for _, count in parts)
        case "group":
            return _simplicity(tree[2])
        case "repeat":
            simple, count = _simplicity(tree[1])
            if tree[1][0] == "set":
                return True, int(tree[2] != tree[3] and tree[3] != 1)
            return simple and tree[2] == 0 and tree[3] == 1, count
    return True, 0


def _ends_in_repetition(tree: Tree) -> bool:
    while tree[0] in ("group", "cat") and tree[-1]:
        tree = tree[2] if tree[0] == "group" else tree[1][-1]
    return bool(tree[0] == "repeat" and tree[1][0] == "set" and tree[2] != tree[3] and tree[3] != 1)


def _to_re(tree: Tree) -> str:
    """The same pattern for Python's `re`."""
    match tree[0]:
        case "set":
            return _class_text(tree[1])
        case "begin":
            return r"\A"
        case "end":
            return r"\Z"
        case "group":
            return f"({_to_re(tree[2])})"
        case "cat":
            return "".join(_to_re(part) for part in tree[1])
        case "or":
            return "(?:" + "|".join(_to_re(part) for part in tree[1]) + ")"
    _, part, least, most = tree
    return f"(?:{_to_re(part)}){{{least},{'' if most is None else most}}}"


def _class_text(members: frozenset[int]) -> str:
    if members == ANY:
        return r"[^\x00]"
    if len(members) == 1:
        return f"\\x{next(iter(members)):02x}"
    if not members:
        return "(?!)"
    ranges: list[list[int]] = []
    for value in sorted(members):
        if ranges and ranges[-1][1] == value - 1:
            ranges[-1][1] = value
        else:
            ranges.append([value, value])
    return "[" + "".join(f"\\x{low:02x}" + (f"-\\x{high:02x}" if high > low else "") for low, high in ranges) + "]"


class _Program:
    """A nondeterministic automaton: states are `[operation, argument, next, other]`."""

    def __init__(self, tree: Tree, groups: int) -> None:
        self.groups = groups
        self.states: list[list[Any]] = [[_ACCEPT, None, 0, 0]]
        self.start = self._emit(tree, 0)
        self.first = self._first_bytes()
        self.budget = 0

    def _add(self, operation: int, argument: Any, following: int, other: int = 0) -> int:
        self.states.append([operation, argument, following, other])
        return len(self.states) - 1

    def _emit(self, tree: Tree, following: int) -> int:
        """Add the states of a tree that go on to `following`; gives the first of them."""
        match tree[0]:
            case "set":
                return self._add(_SET, frozenset(map(chr, tree[1])), following)
            case "begin":
                return self._add(_BEGIN, None, following)
            case "end":
                return self._add(_END, None, following)
            case "group":
                close = self._add(_CLOSE, tree[1], following)
                return self._add(_OPEN, tree[1], self._emit(tree[2], close))
            case "cat":
                for part in reversed(tree[1]):
                    following = self._emit(part, following)
                return following
            case "or":
                starts = [self._emit(part, following) for part in tree[1]]
                at = starts[0]
                for other in starts[1:]:
                    at = self._add(_EITHER, None, other, at)
                return at
        _, part, least, most = tree
        if most is None:
            loop = self._add(_REPEAT, None, following)
            body = self._emit(part, loop)
            self.states[loop][3] = body
            # `+` enters the loop's body first, `{n,}` n copies of it.
            following = body if least == 1 else loop
            copies = 0 if least <= 1 else least
        else:
            # The way out of an optional round leads behind all of them.
            out = following
            for _ in range(most - least):
                following = self._add(_REPEAT, None, out, self._emit(part, following))
            copies = least
        for _ in range(copies):
            following = self._emit(part, following)
        return following

    def _first_bytes(self) -> frozenset[str] | None:
        """The bytes a match can begin with, or None when it can be empty (or the set is not worth computing)."""
        found: set[str] = set()
        seen: set[int] = set()
        pending = [self.start]
        while pending:
            at = pending.pop()
            if at in seen:
                continue
            seen.add(at)
            operation, argument, following, other = self.states[at]
            if operation in (_ACCEPT, _BEGIN, _END):
                return None
            if operation == _SET:
                found |= argument
                continue
            pending.append(following)
            if operation in (_EITHER, _REPEAT):
                pending.append(other)
        return frozenset(found)

    def match(self, text: str) -> Captures | None:
        """The groups when the whole text matches, else None."""
        self.budget = _STEP_LIMIT
        return self.run(text, 0, whole=True)

    def iterate(self, text: str) -> Iterator[Captures]:
        """All matches, as `std::regex_iterator` finds them."""
        length = len(text)
        self.budget = _STEP_LIMIT
        found = self._search(text, 0, begin=0)
        begin: int | None = 0
        while found is not None:
            yield found
            start, end = found[0] or (0, 0)
            if start == end:
                if start == length:
                    return
                # Where the last match was empty, look for one at the same place that is not.
                found = self.run(text, start, whole=False, begin=start if begin is not None else None, not_empty=True)
                if found is not None:
                    continue
                begin = None
                found = self._search(text, start + 1, begin=None)
            else:
                begin = None
                found = self._search(text, end, begin=None)

    def _search(self, text: str, start: int, begin: int | None) -> Captures | None:
        first = self.first
        for at in range(start, len(text) + 1):
            if first is not None and (at == len(text) or text[at] not in first):
                continue
            found = self.run(text, at, whole=False, begin=begin)
            if found is not None:
                return found
        return None

    def run(self, text: str, start: int, *, whole: bool, begin: int | None = 0, not_empty: bool = False) -> Captures | None:
        """Match at `start`: the whole rest, or as much as the rules say. `begin` is where `^` holds."""
        try:
            return self._run(text, start, whole, begin, not_empty, None)
        except TooManySteps:
            # Remember what failed where: polynomial, and the same but for exotic captures of empty rounds.
            return self._run(text, start, whole, begin, not_empty, {})

    def _run(
        self, text: str, start: int, whole: bool, begin: int | None, not_empty: bool, memo: dict[tuple[int, int], bool] | None
    ) -> Captures | None:
        states, length = self.states, len(text)
        captures: Captures = [None] * (self.groups + 1)
        opened = [0] * (self.groups + 1)
        rounds: dict[int, tuple[int, int]] = {}
        best: Captures | None = None
        best_end = -1
        solved = False
        # What remains to be done, last first: states to explore, and things to restore after what lies above them.
        stack: list[tuple[Any, ...]] = [("go", self.start, start)]
        allowed = budget = min(self.budget, _MEMO_AFTER) if memo is None else self.budget
        while stack:
            task = stack.pop()
            kind = task[0]
            if kind == "open":
                opened[task[1]] = task[2]
                continue
            if kind == "close":
                captures[task[1]] = task[2]
                continue
            if kind == "rounds":
                if task[2] is None:
                    del rounds[task[1]]
                else:
                    rounds[task[1]] = task[2]
                continue
            if kind == "note":
                assert memo is not None
                memo[task[1]] = solved
                continue
            if kind == "or":
                solved = solved or task[1]
                continue
            if kind == "other":
                stack.append(("or", solved))
                solved = False
            elif kind == "out" and solved:
                continue
            at, position = task[1], task[2]
            while True:
                budget -= 1
                if budget < 0:
                    self.budget -= allowed
                    raise TooManySteps
                operation, argument, following, other = states[at]
                if operation == _SET:
                    if position == length or text[position] not in argument:
                        break
                    position += 1
                elif operation == _OPEN:
                    stack.append(("open", argument, opened[argument]))
                    opened[argument] = position
                elif operation == _CLOSE:
                    stack.append(("close", argument, captures[argument]))
                    captures[argument] = (opened[argument], position)
                elif operation == _REPEAT:
                    if memo is not None:
                        key = (at, position)
                        if key in memo:
                            solved = memo[key]
                            break
                        stack.append(("note", key))
                    count = rounds.get(at)
                    if count is not None and count[0] == position:
                        if count[1] < 2:
                            stack.append(("out", following, position))
                            stack.append(("rounds", at, count))
                            rounds[at] = (position, count[1] + 1)
                            at = other
                            continue
                    else:
                        stack.append(("out", following, position))
                        stack.append(("rounds", at, count))
                        rounds[at] = (position, 1)
                        at = other
                        continue
                elif operation == _EITHER:
                    if memo is not None:
                        key = (at, position)
                        if key in memo:
                            solved = memo[key]
                            break
                        stack.append(("note", key))
                    stack.append(("other", following, position))
                    at = other
                    continue
                elif operation == _ACCEPT:
                    if (whole and position != length) or (not_empty and position == start):
                        break
                    if position > best_end:
                        best_end = position
                        best = captures.copy()
                        best[0] = (start, position)
                    if whole:
                        stack.clear()
                    solved = True
                    break
                elif operation == _BEGIN:
                    if position != begin:
                        break
                elif position != length:
                    break
                at = following
        self.budget -= allowed - budget
        return best
