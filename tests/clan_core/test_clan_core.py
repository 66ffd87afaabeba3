"""clan-core's own modules, evaluated by real Nix, say the same of clans as we do.

Wants a checkout of clan-core (or the part of it that `facts.nix` imports) and nixpkgs' lib; neither is part of this repository.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.cases import compare
from tests.clan_core import comparing
from tests.clan_core.clans import clan
from tests.clan_core.evaluating import CLAN_CORE, NIXPKGS, evaluated

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(
        not (CLAN_CORE and NIXPKGS),
        reason="CLANBACK_CLAN_CORE and CLANBACK_NIXPKGS name no clan-core and nixpkgs to compare with",
    ),
    pytest.mark.nix,
]

CLANS = int(os.environ.get("CLANBACK_CLANS", "60"))
"""How many generated clans are compared."""
ONCE = 30
"""How many of them Nix evaluates in one process."""


@pytest.fixture(scope="module")
def of_cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("cases")
    clans: dict[str, tuple[Path, Path]] = {}
    for name in (*compare.names("expected"), *compare.names("rejected")):
        folder = root / name
        folder.mkdir()
        compare.laid_out(name, folder)
        clans[name] = (folder / "clan.nix", folder)
    return {name: (facts, clans[name][1]) for name, facts in evaluated(clans).items()}


@pytest.mark.parametrize("name", compare.names("expected"))
def test_a_case_means_the_same(name: str, of_cases: dict[str, Any]) -> None:
    facts, folder = of_cases[name]
    _, shown = compare.shown(folder)
    assert not isinstance(facts, str), facts
    assert list(comparing.differences(facts, shown)) == []


@pytest.mark.parametrize("name", compare.names("rejected"))
def test_clan_core_rejects_what_we_reject(name: str, of_cases: dict[str, Any]) -> None:
    facts, _ = of_cases[name]
    assert comparing.theirs_refused(facts) is not None


def verdict(facts: dict[str, Any] | str, shown: dict[str, Any]) -> str:
    """`same`, `both refuse` or `stricter`; anything else is a difference, in words."""
    ours, theirs = comparing.refusal(shown), comparing.theirs_refused(facts)
    if theirs and (ours or comparing.is_stricter(shown, facts)):
        return "both refuse"
    if comparing.is_stricter(shown, facts):
        return "stricter"
    if ours:
        return f"only we refuse: {ours[0]}"
    if theirs or isinstance(facts, str):
        return f"only clan-core refuses: {theirs}"
    return "; ".join(comparing.differences(facts, shown)) or "same"


def test_generated_clans_mean_the_same(tmp_path: Path) -> None:
    found: dict[str, list[int]] = {}
    for start in range(0, CLANS, ONCE):
        clans: dict[str, tuple[Path, Path]] = {}
        for seed in range(start, min(start + ONCE, CLANS)):
            folder = tmp_path / str(seed)
            for path, text in clan(seed).items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text)
            clans[str(seed)] = (folder / "clan.nix", folder)
        for name, facts in evaluated(clans).items():
            _, out, err = compare.run("--clan", str(clans[name][1]), "show", "--json", "--compat", "clan-core")
            assert out, err
            found.setdefault(verdict(facts, json.loads(out)), []).append(int(name))
    print({what: len(seeds) for what, seeds in found.items()})
    assert {what: seeds for what, seeds in found.items() if what not in ("same", "both refuse", "stricter")} == {}
    assert len(found["same"]) > CLANS / 2
