"""Options, fixtures and rules of the whole test suite."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

IN_CI = os.environ.get("CI") == "true"

MAY_BE_MISSING = ("systemd-analyze", "sops")
"""Programs that need more than a container to be installed, or that Debian has no package of."""

os.environ.pop("NIX_PATH", None)  # nobody's own nixpkgs changes what is tested

settings.register_profile("ours", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ours")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing with them")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written."""
    return bool(request.config.getoption("--update-golden"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked `nix` are skipped where there is no real Nix (and then fail in CI, see below)."""
    if item.get_closest_marker("nix") is not None and shutil.which("nix-instantiate") is None:
        pytest.skip("nix-instantiate is not installed (Debian: nix-bin)")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI nothing is left out because a program is missing: what is skipped for that reason fails there."""
    outcome = yield
    report = outcome.get_result()
    if IN_CI and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if "installed" in reason and not any(program in reason for program in MAY_BE_MISSING):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: {reason}; in CI (CI=true) nothing may be left out, see scripts/system_packages.sh"
