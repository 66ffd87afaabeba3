"""Clans of all shapes: flakes, flake-parts, imported files. Whatever is asked of a name in them has an answer, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from clanback.editor.clans import Clan, Desk
from clanback.editor.completion import complete
from clanback.editor.definitions import definitions
from clanback.editor.hovering import hover
from clanback.explaining import explain, subjects_of

REPOSITORIES = Path(__file__).resolve().parents[1] / "repositories"
FOLDERS = sorted(path.parent for path in REPOSITORIES.glob("*/flake.nix")) + sorted(
    path.parent for path in REPOSITORIES.glob("*/clan.nix") if not (path.parent / "flake.nix").exists()
)


def edited(folder: Path) -> Clan:
    clan = Desk().clan_of(str(folder / "any.nix"))
    assert clan is not None
    clan.refresh({})
    return clan


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_name_can_be_asked_about(folder: Path) -> None:
    clan = edited(folder)
    for file in clan.files():
        outline = clan.outline(file)
        if outline is None:
            continue
        for one in [*outline.names, *outline.texts, *outline.files]:
            hover(clan, file, one)
            definitions(clan, file, one)
            complete(clan, file, outline.source.text, one.end)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_value_can_be_explained(folder: Path) -> None:
    context = edited(folder).context
    if context is None:
        return
    for machine in context.inventory.machines:
        for subject in subjects_of(context, machine)[::5]:
            assert explain(context, ".".join(subject.path)).subject == subject


def test_a_file_of_a_flake_is_known_for_what_it_is_imported_as() -> None:
    file = str(REPOSITORIES / "parts-split/services/backup.nix")
    clan = edited(REPOSITORIES / "parts-split")
    outline = clan.outline(file)
    assert outline is not None
    by_place = {clan.place(file, name.path): name for name in outline.names}
    role = next(
        path for path in by_place if path[:2] == ("inventory", "instances") and path[3:4] == ("roles",) and len(path) == 5
    )
    shown = hover(clan, file, by_place[role])
    assert shown is not None
    assert "a role of borgbackup" in shown
    text = outline.source.text
    at = by_place[role].start
    assert {"client", "server"} <= {offer.label for offer in complete(clan, file, text[:at], at)}
