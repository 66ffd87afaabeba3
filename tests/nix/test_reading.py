"""What cannot be read as Nix text is a diagnostic."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clanback.nix import NixSyntaxError, parse, parse_file, reading


def _code(path: Path | str) -> tuple[str, str]:
    with pytest.raises(NixSyntaxError) as caught:
        parse_file(path)
    (found,) = caught.value.diagnostics
    return found.code, found.message


def test_missing_file(tmp_path: Path) -> None:
    assert _code(tmp_path / "none.nix")[0] == "CB020"


def test_directory(tmp_path: Path) -> None:
    code, message = _code(tmp_path)
    assert code == "CB020"
    assert "directory" in message


def test_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    code, message = _code(tmp_path / "pipe")
    assert code == "CB020"
    assert "not a regular file" in message


def test_device() -> None:
    assert _code("/dev/zero")[0] == "CB020"


def test_name_with_nul() -> None:
    assert _code("a\0b")[0] == "CB020"


def test_not_utf8_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "x.nix"
    path.write_bytes('{ a = "é\n'.encode() + b'\xff"; }')
    with pytest.raises(NixSyntaxError) as caught:
        parse_file(path)
    (found,) = caught.value.diagnostics
    assert found.code == "CB021"
    assert found.span is not None
    assert (found.span.line, found.span.column) == (2, 1)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    path = tmp_path / "x.nix"
    path.write_text("[ 1 2 3 4 5 6 ]")
    assert _code(path)[0] == "CB024"


@pytest.mark.parametrize(("text", "code"), [("\ufeff1", "CB023"), ("1\0", "CB022")])
def test_marks_and_nul(text: str, code: str) -> None:
    with pytest.raises(NixSyntaxError) as caught:
        parse(text)
    assert caught.value.diagnostics[0].code == code


def test_names_shown_may_differ_from_the_path(tmp_path: Path) -> None:
    (tmp_path / "x.nix").write_text("1")
    assert parse_file(tmp_path / "x.nix", "clan.nix").source_file.name == "clan.nix"
