"""What is fuzzed: each target takes bytes and returns when all is well; whatever else it raises is a finding.

A diagnostic is always a fine answer. It must have a code, a message and a place inside the text it speaks of.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clanback.cli.text import Style, render_all
from clanback.diagnostics import DiagnosticError, Source
from clanback.nix import Evaluator, print_expr
from clanback.nix.lexer import tokens
from clanback.nix.limits import Limits
from clanback.nix.parser import parse_source
from clanback.nix.printer import print_expr as printed
from clanback.nix.runtime import force
from clanback.nix.values import Attrs
from clanback.plan.show import to_json
from clanback.render import render
from clanback.stages import follow
from tests.fuzz.repositories import lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clanback.diagnostics import Diagnostic

LIMITS = Limits(
    calls=30_000,
    matching=100_000,
    string_length=200_000,
    list_length=20_000,
    copying=20_000_000,
    nesting=20_000,
    file_size=100_000,
)
"""Small, so that a try is short; what a limit ends must end the same way whatever its size."""


def text_of(data: bytes) -> str:
    """As files are read that `import` names."""
    return data.decode("utf-8", "surrogateescape")


def judge(diagnostics: Iterable[Diagnostic]) -> None:
    """Every diagnostic can be shown, in both forms, and nothing in it reaches the terminal as an escape."""
    found = tuple(diagnostics)
    assert found, "no diagnostic at all"
    for one in found:
        assert one.code.startswith("CB"), one
        assert not one.code.startswith("CB9"), one
        assert one.message, one
        for span in (one.span, *(label.span for label in one.labels)):
            if span is not None:
                assert 0 <= span.start <= span.end <= len(span.source.text), one
        one.as_json()
    assert "\x1b" not in render_all(found, Style(on=False)), found


def lexer(data: bytes) -> None:
    """Tokens come in order and to an end."""
    source = Source("fuzz.nix", text_of(data))
    try:
        count = sum(1 for _ in tokens(source, pipe_operators=bool(data[:1] == b"|")))
    except DiagnosticError as problem:
        judge(problem.diagnostics)
    else:
        assert 0 < count <= 3 * len(source.text) + 2, "more tokens than a text of this length can have"


def parser(data: bytes) -> None:
    """A tree or diagnostics; a tree can be printed and read again as the same tree."""
    source = Source("fuzz.nix", text_of(data))
    try:
        tree = parse_source(source)
    except DiagnosticError as problem:
        judge(problem.diagnostics)
        return
    text = printed(tree)
    try:
        again = parse_source(Source("printed.nix", text))
    except DiagnosticError as problem:
        raise AssertionError(f"what was printed cannot be read: {text!r}: {problem}") from problem
    assert again.expr == tree.expr, f"printed as another tree: {text!r}"
    assert print_expr(again) == text, f"printing what was printed changes it: {text!r}"


def evaluator(data: bytes) -> None:
    """A value that can be forced as a whole, or diagnostics; asked again, the same."""
    first, second = (_evaluated(data) for _ in range(2))
    assert first == second, f"two evaluations differ: {first!r} and {second!r}"


def _evaluated(data: bytes) -> str:
    try:
        tree = parse_source(Source("fuzz.nix", text_of(data)))
        made = Evaluator("/nonexistent", limits=LIMITS)
        value = made.force_deep(made.evaluate(tree))
    except DiagnosticError as problem:
        judge(problem.diagnostics)
        return problem.diagnostics[0].code
    return _shape(value, 0)


def _shape(x: Any, depth: int) -> str:
    """What kind of value it is, as far down as is needed to notice a difference."""
    value = force(x)
    if depth < 3 and isinstance(value, Attrs):
        return "{" + " ".join(f"{name}={_shape(value[name], depth + 1)}" for name in sorted(value)[:8]) + "}"
    if depth < 3 and isinstance(value, tuple):
        return "[" + " ".join(_shape(item, depth + 1) for item in value[:8]) + "]"
    return f"{type(value).__name__}:{value}" if isinstance(value, (str, int, float)) else type(value).__name__


_folders: list[tempfile.TemporaryDirectory[str]] = []


def tidy() -> None:
    """Remove what `clan` writes."""
    while _folders:
        _folders.pop().cleanup()


def clan(data: bytes) -> None:
    """The whole way from a `clan.nix` to a plan and what the checks say of it."""
    if not _folders:
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        _folders.append(tempfile.TemporaryDirectory(prefix="clanback-fuzz-", dir=memory))
    path = Path(_folders[0].name) / "clan.nix"
    path.write_bytes(data)
    outcome = follow(str(path), compat=None)
    found = outcome.diagnostics()
    if found:
        judge(found)
    assert outcome.plan is not None or found, "neither a plan nor a word why"
    if outcome.plan is not None and outcome.inventory is not None:
        to_json(outcome.inventory, outcome.plan, found)


def repository(data: bytes) -> None:
    """The way from a whole repository, its flake, folders, links, JSON and settings, to a plan and to rendered texts."""
    if not _folders:
        clan(b"")
    folder = Path(_folders[0].name) / "repository"
    lay_out(data, folder)
    outcome = follow(str(folder), compat=None)
    found = outcome.diagnostics()
    if found:
        judge(found)
    assert outcome.plan is not None or found, "neither a plan nor a word why"
    if outcome.plan is None or outcome.inventory is None or outcome.config is None:
        return
    to_json(outcome.inventory, outcome.plan, found)
    assert all(path.startswith(f"{outcome.config.root}/") or path == outcome.config.root for path in outcome.inputs()), "outside"
    if outcome.status_of_failure(None):
        return  # it is not rendered then
    try:
        texts = render(outcome.plan, root=outcome.config.root)
    except DiagnosticError as problem:
        judge(problem.diagnostics)
        return
    for name, text in texts.items():
        if name.endswith(".nix"):
            parse_source(Source(name, text), pipe_operators=True)  # where a module has them, what is rendered has them


TARGETS: dict[str, Callable[[bytes], None]] = {
    "lexer": lexer,
    "parser": parser,
    "evaluator": evaluator,
    "clan": clan,
    "repository": repository,
}
