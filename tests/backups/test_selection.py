"""What is restored is what was asked for, or what the clan calls state: never more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.backups.selection import Selection, select
from clanback.diagnostics import DiagnosticError
from clanback.plan.folders import contains, normal

STATES = {"docs": ["/home/a/docs", "/home/a/pics/"], "db": ["/var/lib/db"], "empty": []}


def refused(*arguments: object, **more: object) -> str:
    with pytest.raises(DiagnosticError) as raised:
        select("m", *arguments, **more)  # type: ignore[arg-type]
    return raised.value.diagnostics[0].code


def test_without_a_word_it_is_all_state_that_the_job_covers() -> None:
    assert select("m", STATES, ["/home", "/var"]).paths == ("/var/lib/db", "/home/a/docs", "/home/a/pics")
    chosen = select("m", STATES, ["/home"])
    assert chosen.states == ("docs",)
    assert [found.code for found in chosen.diagnostics] == ["CB469"]


def test_services_by_name() -> None:
    assert select("m", STATES, None, services=["docs"]) == Selection(("docs",), ("/home/a/docs", "/home/a/pics"))
    assert refused(STATES, None, services=["doc"]) == "CB469"


def test_paths_bring_the_states_they_touch() -> None:
    assert select("m", STATES, None, paths=["/var/lib/db/x"]) == Selection(("db",), ("/var/lib/db/x",))
    assert select("m", STATES, None, paths=["/var"]) == Selection(("db",), ("/var",))
    assert select("m", STATES, None, paths=["/elsewhere"]) == Selection((), ("/elsewhere",))
    assert refused(STATES, None, services=["docs"], paths=["/var/lib/db"]) == "CB470"


@pytest.mark.parametrize("path", ["", "relative", "/a/../b", "/", "//", "/./", "/a\0b"])
def test_what_is_no_path(path: str) -> None:
    assert refused(STATES, None, paths=[path]) == "CB470"


def test_knowing_of_nothing_is_no_wish_for_everything() -> None:
    assert refused({}, None) == "CB469"
    assert refused({"empty": []}, None) == "CB469"
    assert refused(STATES, None, services=["empty"]) == "CB469"
    assert refused({"all": ["/"]}, None) == "CB469"


FOLDERS = st.lists(st.sampled_from(["/a", "/a/b", "/a/b:c", "/b", "/c/", "/"]), max_size=3)


@given(
    st.dictionaries(st.sampled_from(["x", "y", "z"]), FOLDERS),
    st.none() | FOLDERS,
    st.lists(st.sampled_from(["x", "y"]), max_size=2),
)
def test_nothing_lies_outside_of_what_is_known(
    states: dict[str, list[str]], covered: list[str] | None, services: list[str]
) -> None:
    try:
        chosen = select("m", states, covered, services=services)
    except DiagnosticError:
        return
    assert chosen.paths
    known = [normal(folder) for name in (services or states) for folder in states[name]]
    assert all(path in known and path != "/" for path in chosen.paths)
    if covered is not None and not services:
        touched = [folder for name in chosen.states for folder in states[name]]
        assert any(contains(normal(outer), normal(folder)) for outer in covered for folder in touched)
