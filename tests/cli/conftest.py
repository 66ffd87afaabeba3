"""What the tests of commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

TUTORIAL = Path(__file__).resolve().parents[2] / "examples/tutorial"


@pytest.fixture
def tutorial(tmp_path: Path) -> Path:
    """A copy of the tutorial that may be written to."""
    (tmp_path / "clan.nix").write_text((TUTORIAL / "clan.nix").read_text())
    return tmp_path
