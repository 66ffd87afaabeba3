"""Options, fixtures and rules of the whole test suite."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

IN_CI = os.environ.get("CI") == "true"

settings.register_profile("ours", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing with them")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written."""
    return bool(request.config.getoption("--update-golden"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked `nix` are skipped where there is no real Nix, but never in CI: there they fail."""
    if item.get_closest_marker("nix") is None or shutil.which("nix-instantiate"):
        return
    if IN_CI:
        pytest.fail("nix-instantiate is missing (Debian: nix-bin); in CI nothing that needs it may be left out", pytrace=False)
    pytest.skip("nix-instantiate is not installed (Debian: nix-bin)")
