"""Outcomes of expressions, by our evaluator and by real Nix: `("value", plain)`, `("caught",)` by `tryEval`, or `("failed",)`."""

from __future__ import annotations

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from clanback.diagnostics import DiagnosticError
from clanback.nix import Evaluator, parse
from clanback.nix.errors import EvalError
from clanback.nix.runtime import force
from clanback.nix.values import Attrs, PathValue, Unknown

Outcome = tuple[Any, ...]


def plain(evaluator: Evaluator, x: Any) -> Any:
    """A value as Python data, as `nix-instantiate --json` would show it."""
    value = force(x)
    if isinstance(value, tuple):
        return [plain(evaluator, item) for item in value]
    if isinstance(value, Attrs):
        if "__toString" in value or "outPath" in value:
            return str.__str__(evaluator.to_string(value))
        return {name: plain(evaluator, value[name]) for name in sorted(value)}
    if isinstance(value, str):
        return str.__str__(value)
    assert value is None or type(value) in (bool, int, float), value
    assert not isinstance(value, (PathValue, Unknown))
    return value


def ours(text: str, root: str = "/") -> Outcome:
    """What our evaluator makes of a text. Anything but a diagnostic escapes, as it should not."""
    evaluator = Evaluator(root)
    try:
        value = evaluator.force_deep(evaluator.evaluate(parse(text)))
        return ("value", plain(evaluator, value))
    except EvalError as error:
        return ("caught",) if error.catchable else ("failed",)
    except DiagnosticError:
        return ("failed",)


def _nix(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["nix-instantiate", "--eval", "--strict", "--json", str(file)],
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )


def failing(texts: list[str], folder: Path) -> list[int]:
    """Which of the texts real Nix fails on for good, by number: each in turn, in one `nix repl`, which goes on after errors.

    One whose end was not seen (a text can end the whole program) is not among them.
    """
    lines = []
    for number, text in enumerate(texts):
        file = folder / f"failing-{number}.nix"
        file.write_text(
            f"let e = (\n{text}\n); in builtins.deepSeq (builtins.tryEval (builtins.deepSeq e e)) true\n", encoding="utf-8"
        )
        lines += [f'"beg" + "un {number}"', f'if import {file} then "do" + "ne {number}" else ""']
    lines.append(f'"beg" + "un {len(texts)}"')
    said = subprocess.run(
        ["nix", "--extra-experimental-features", "nix-command", "repl"],
        input="\n".join(lines) + "\n",
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    ).stdout
    seen = set(re.findall(r'"(begun \d+|done \d+)"', said))
    return [number for number in range(len(texts)) if f"done {number}" not in seen and f"begun {number + 1}" in seen]


def theirs(texts: list[str], folder: Path, expected: list[Outcome]) -> list[Outcome]:
    """What real Nix makes of texts. Those expected to fail for good are kept apart: they would take a whole batch with them."""
    outcomes: list[Outcome | None] = [None] * len(texts)
    together = [i for i, outcome in enumerate(expected) if outcome != ("failed",)]
    alone = [i for i, outcome in enumerate(expected) if outcome == ("failed",)]

    def run(indices: list[int]) -> None:
        file = folder / f"batch-{indices[0]}-{len(indices)}.nix"
        lines = [f"(builtins.tryEval (let e = (\n{texts[i]}\n); in builtins.deepSeq e e))" for i in indices]
        file.write_text("[\n" + "\n".join(lines) + "\n]\n", encoding="utf-8")
        done = _nix(file)
        if done.returncode == 0:
            for i, result in zip(indices, json.loads(done.stdout), strict=True):
                outcomes[i] = ("value", result["value"]) if result["success"] else ("caught",)
        elif len(indices) == 1:
            outcomes[indices[0]] = ("failed",)
        else:
            half = len(indices) // 2
            run(indices[:half])
            run(indices[half:])

    fail = {alone[number] for number in failing([texts[i] for i in alone], folder)} if len(alone) > 1 else set()
    for i in fail:
        outcomes[i] = ("failed",)
    batches = [together[i : i + 250] for i in range(0, len(together), 250)] + [[i] for i in alone if i not in fail]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, batches))
    return [outcome for outcome in outcomes if outcome is not None]


def alike(a: Any, b: Any) -> bool:
    """Whether two outcomes are the same; floats to six digits, which is what Nix 2.8 prints."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b if type(a) is type(b) is int else f"{a:.6g}" == f"{b:.6g}" or abs(a - b) <= 1e-5 * abs(a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(alike(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(alike(a[k], b[k]) for k in a)
    return type(a) is type(b) and a == b
