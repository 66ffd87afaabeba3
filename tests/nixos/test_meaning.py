"""What rendered modules mean, said by real Nix, is what clan-core means by the same clan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cases import compare
from tests.nixos.evaluation import facts_of, lay_down_public_keys, normalised, rendered

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.nix

NAMES = compare.names("expected")

# What `expected.json` holds beyond this belongs to NixOS itself (assertions of its own), not to what we render.
COMPARED = (
    "backup_providers",
    "borgbackup",
    "generators",
    "known_hosts",
    "mutable_users",
    "openssh",
    "state",
    "tmpfiles_rules",
    "users",
    "warnings",
)


@pytest.fixture(scope="module")
def meanings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every case, rendered with `--compat clan-core --secrets clan`, evaluated in one run of Nix."""
    folders: dict[str, Path] = {}
    for name in NAMES:
        root = tmp_path_factory.mktemp(name)
        clan = compare.laid_out(name, root)
        lay_down_public_keys(root, compare.facts(name, "expected"))
        folders[name] = rendered(clan, compat="clan-core")
    return facts_of(folders)


@pytest.mark.parametrize("name", NAMES)
def test_rendered_for_clan_core_means_what_clan_core_means(name: str, meanings: dict[str, dict[str, Any]]) -> None:
    expected = compare.facts(name, "expected")["nixos"]
    got = meanings[name]
    assert set(got) >= {machine for machine, options in expected.items() if "borgbackup" in options}
    for machine, options in expected.items():
        for option in COMPARED:
            if option in options:
                assert normalised(got[machine][option]) == normalised(options[option]), f"{machine}: {option}"
