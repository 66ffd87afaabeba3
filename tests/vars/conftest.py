"""What the tests of vars share: a home without an identity, a copy of the tutorial, and the command line as people call it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vars.programs import Clan
from tests.vars.stores import TWO_MACHINES

TUTORIAL = Path(__file__).resolve().parents[2] / "examples/tutorial"


@pytest.fixture
def clan(tmp_path: Path) -> Clan:
    """The tutorial in a folder of its own, for somebody who has no age identity yet."""
    home, folder = tmp_path / "home", tmp_path / "clan"
    home.mkdir()
    folder.mkdir()
    (folder / "clan.nix").write_text((TUTORIAL / "clan.nix").read_text())
    return Clan(folder, home)


@pytest.fixture
def two(clan: Clan) -> Clan:
    """A clan of two machines that names its person as the reader."""
    public = clan.vars("keygen").stdout.decode().strip()
    (clan.folder / "clan.nix").write_text(TWO_MACHINES % public)
    return clan
