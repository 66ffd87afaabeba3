"""What `vars upload` refuses before it reads any secret."""

from __future__ import annotations

import pytest

from clanback.cli import main


@pytest.mark.parametrize("option", ["--directory", "--target-host"])
def test_an_empty_place_is_none(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--directory "$place"` without that variable must not send the secrets to the machine instead."""
    assert main(["vars", "upload", "laptop", option, ""]) == 2
    assert f"{option} is empty" in capsys.readouterr().err
