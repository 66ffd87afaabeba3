"""What the tests of the language server share: a running server, and a clan of the test's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.editor.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("pygls", reason="pygls is not installed: pip install 'clanback[lsp]'")

TUTORIAL = (Path(__file__).resolve().parents[2] / "examples/tutorial/clan.nix").read_text()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server for all tests that leave it alive: each has a clan of its own."""
    started = Client(tmp_path_factory.mktemp("editor"))
    yield started
    started.kill()


@pytest.fixture
def client(running: Client, tmp_path: Path) -> Client:
    (tmp_path / "clan.nix").write_text(TUTORIAL)
    running.root = tmp_path
    return running


@pytest.fixture
def own_client(tmp_path: Path) -> Iterator[Client]:
    """A server of the test's own."""
    (tmp_path / "clan.nix").write_text(TUTORIAL)
    started = Client(tmp_path)
    yield started
    started.kill()


def changed(old: str, new: str) -> str:
    """The tutorial with one piece replaced."""
    assert TUTORIAL.count(old) == 1, old
    return TUTORIAL.replace(old, new)
