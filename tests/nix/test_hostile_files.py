"""Files that change, vanish or grow while they are read: a value or a diagnostic, never a traceback, never half of each."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from clanback.diagnostics import DiagnosticError
from clanback.nix import Evaluator

if TYPE_CHECKING:
    from pathlib import Path

VALUES = ["{ a = 1; b = 1; }", "{ a = 2; b = 2; }", "{ a = 3;", "", "\0", "{ a = 4; b = 4; } # " + "x" * 200_000]


def test_a_file_that_is_written_again_and_again(tmp_path: Path) -> None:
    file = tmp_path / "x.nix"
    file.write_text(VALUES[0])
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            for text in VALUES:
                file.write_text(text)
            file.unlink()

    writer = threading.Thread(target=write)
    writer.start()
    outcomes = set()
    try:
        for _ in range(400):
            evaluator = Evaluator(str(tmp_path))
            try:
                value = evaluator.force_deep(evaluator.evaluate_file(str(file)))
                again = evaluator.force_deep(evaluator.evaluate_file(str(file)))
                assert value is again, "a file is read once"
                assert evaluator.force(value["a"]) == evaluator.force(value["b"])
                outcomes.add("value")
            except DiagnosticError as problem:
                outcomes.add(problem.diagnostics[0].code)
    finally:
        done.set()
        writer.join()
    assert len(outcomes) > 1, outcomes


def test_a_folder_whose_files_vanish_while_it_is_listed(tmp_path: Path) -> None:
    (tmp_path / "main.nix").write_text('builtins.mapAttrs (n: k: builtins.pathExists (./d + "/${n}")) (builtins.readDir ./d)')
    (tmp_path / "d").mkdir()
    for number in range(50):
        (tmp_path / "d" / str(number)).write_text("")
    evaluator = Evaluator(str(tmp_path))
    value = evaluator.evaluate_file(str(tmp_path / "main.nix"))
    for number in range(0, 50, 2):
        (tmp_path / "d" / str(number)).unlink()
    found = evaluator.force_deep(value)
    assert [evaluator.force(found[str(number)]) for number in range(4)] == [False, True, False, True]
