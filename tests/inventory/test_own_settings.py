"""`clanback.toml`: settings of our own by instance, role, tag and machine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.inventory.toml_places import key_places
from tests.inventory.clans import Resolved, place, resolved

CLAN = """{ meta.name = "x"; inventory.machines = { a.tags = [ "t" ]; b = { }; srv = { }; };
  inventory.instances.borgbackup.roles = { client.machines = { a = { }; b = { }; }; server.machines.srv = { }; };
  inventory.instances.wifi.roles.default.tags.all = { };
}"""


_LINES = 'every line is `name = value`, with texts in quotes (`quota = "100G"`), or begins a table: `[machines.NAME]`'


def with_settings(toml: str) -> Resolved:
    return resolved(CLAN, {"clanback.toml": toml})


def of_client(found: Resolved, machine: str) -> Any:
    return found.it.own_settings.get("borgbackup", {}).get("client", {}).get(machine, {})


def test_without_the_file_there_are_none() -> None:
    found = resolved(CLAN)
    assert found.it.own is None
    assert found.it.own_settings == {}


def test_settings_of_the_whole_clan() -> None:
    found = with_settings('out = "nixos"\nsecrets = "clan"\nignore = ["CB412", "CB3"]\n')
    assert found.codes == []
    own = found.it.own
    assert own is not None
    assert (own.out, own.secrets, own.ignore) == ("nixos", "clan", ("CB412", "CB3"))


def test_top_level_values_are_defaults_that_every_table_may_replace() -> None:
    found = with_settings(
        "append_only = false\nrandom_delay = 60\n[retention]\ndaily = 7\n[machines.a]\nappend_only = true\nretention.daily = 30\n"
    )
    assert of_client(found, "a") == {"append_only": True, "random_delay": 60, "retention": {"daily": 30}}
    assert of_client(found, "b") == {"append_only": False, "random_delay": 60, "retention": {"daily": 7}}


def test_instance_role_tag_and_machine_merge() -> None:
    found = with_settings(
        """
        [instances.borgbackup]
        quota = "100G"
        [roles.borgbackup.client]
        append_only = true
        [tags.t.retention]
        weekly = 8
        [machines.a.retention]
        within = "2d"
        """
    )
    assert found.codes == []
    assert of_client(found, "a") == {"quota": "100G", "append_only": True, "retention": {"weekly": 8, "within": "2d"}}
    assert of_client(found, "b") == {"quota": "100G", "append_only": True}
    assert found.it.own_settings["borgbackup"]["server"]["srv"] == {"quota": "100G"}
    assert "wifi" not in found.it.own_settings


def test_different_values_of_two_tables_conflict_and_both_are_named() -> None:
    conflict = with_settings('[tags.t]\nquota = "1G"\n[machines.a]\nquota = "2G"\n').only()
    assert (conflict.code, place(conflict)) == ("CB234", (4, 1))
    assert [label.span.line for label in conflict.labels] == [2]


@pytest.mark.parametrize(
    ("toml", "code", "where", "help_line"),
    [
        ("\nappend_onyl = true", "CB231", (2, 1), "did you mean `append_only`?"),
        ("[machines.a]\nout = 'x'", "CB231", (2, 1), "move `out` to the top of the file, before the first table"),
        ("whatever = 1", "CB231", (1, 1), "use one of these names, or remove it"),
        ("[retention]\ndayly = 7", "CB231", (2, 1), "did you mean `daily`?"),
        ("[machines.ab]\nquota = '1G'", "CB233", (1, 11), "did you mean `a`?"),
        ("[tags.unheard]\nquota = '1G'", "CB233", (1, 7), "name one of `all`, `darwin`, `nixos`, `t`"),
        ("[instances.borgbakup]\n", "CB233", (1, 12), "did you mean `borgbackup`?"),
        ("[roles.borgbackup.cliant]\n", "CB233", (1, 19), "did you mean `client`?"),
        ("append_only = 1", "CB232", (1, 1), "write it as a Boolean: `append_only = true`"),
        ("[machines]\na.retention.daily = -1", "CB232", (2, 13), "write it like this: `daily = 7`"),
        ("retention = 7", "CB232", (1, 1), "begin a table with a line `[retention]`"),
        ("retention.within = '2 weeks'", "CB232", (1, 11), 'write it shorter: `within = "2w"`'),
        ("retention.daily = '7'", "CB232", (1, 11), "leave out the quotes: `daily = 7`"),
        ("append_only = 'yes'", "CB232", (1, 1), "write it like this: `append_only = true`"),
        ("ignore = 'CB412'", "CB232", (1, 1), 'write it as a list: `ignore = ["CB412"]`'),
        ("quota = '100 GiB'", "CB232", (1, 1), 'write it shorter: `quota = "100G"`'),
        ("quota = 'much'", "CB232", (1, 1), 'write it like this: `quota = "100G"`'),
        ("random_delay = true", "CB232", (1, 1), 'write it like this: `random_delay = "30min"`'),
        ("out = '../elsewhere'", "CB232", (1, 1), 'write it like this: `out = "generated"`'),
        ("secrets = 'plain'", "CB232", (1, 1), 'write it like this: `secrets = "upload"`'),
        ("ignore = ['412']", "CB232", (1, 1), 'write it like this: `ignore = ["CB412"]`'),
        ("a = 1\nb = = 2", "CB230", (2, 5), _LINES),
        ("quota = 2026-01-01", "CB232", (1, 1), 'write it like this: `quota = "100G"`'),
    ],
)
def test_what_is_wrong_is_told_with_its_place(toml: str, code: str, where: tuple[int, int], help_line: str | None) -> None:
    wrong = with_settings(toml).only()
    assert (wrong.code, place(wrong), wrong.help) == (code, where, help_line)
    assert wrong.span is not None
    assert wrong.span.source.name == "clanback.toml"


def test_the_wrong_value_is_shown() -> None:
    wrong = with_settings("retention.within = '2 weeks'").only()
    assert wrong.message == (
        '`retention.within` in clanback.toml must be a time span such as "1d": a number above 0 and H, d, w, m (months) or y, '
        'at most 1000 years, not "2 weeks"'
    )


@pytest.mark.parametrize(
    "said",
    [
        *(f'within = "{span}"' for span in ("0d", "00d", "5M", "5S", "d", "1d\\n", "\u0663d", "1001y", "9999999H")),
        *("daily = 1000000", "yearly = 99999999999999999999", "weekly = -1"),
    ],
)
def test_a_retention_that_machines_or_borg_refuse_is_refused_here(said: str) -> None:
    assert with_settings(f"[retention]\n{said}\n").only().code == "CB232"


@pytest.mark.parametrize(
    "said", ['within = "1H"', 'within = "1000y"', "daily = 999999", "daily = 0", "daily = 0\nweekly = 0\nyearly = 1"]
)
def test_a_retention_that_keeps_something_is_fine(said: str) -> None:
    assert with_settings(f"[retention]\n{said}\n").codes == []


def test_a_retention_that_keeps_nothing_is_an_error_told_once() -> None:
    nothing = "[retention]\ndaily = 0\nweekly = 0\n"
    wrong = with_settings(nothing).only()
    assert (wrong.code, place(wrong)) == ("CB232", (2, 1))
    assert wrong.message == (
        "`retention` in clanback.toml keeps nothing: pruning would delete all archives but those of the last day"
    )
    assert with_settings(nothing + 'within = "24H"\n').codes == ["CB232"]
    assert with_settings(nothing + 'within = "2w"\n').codes == []
    assert with_settings("retention.daily = 0\n[machines.a.retention]\nweekly = 0\n").codes == ["CB232"]
    every = nothing + "".join(f"[machines.{name}.retention]\nmonthly = 6\n" for name in ("a", "b", "srv"))
    assert with_settings(every).codes == []


def test_what_the_settings_accept_is_what_the_machines_accept() -> None:
    from clanback.inventory.own_schema import RETENTION

    program = (Path(__file__).resolve().parents[2] / "templates/machine/request.py.j2").read_text()
    (pattern,) = re.findall(r'fullmatch\(r"(\[1-9\].*?)", number\)', program)
    for number in ("0", "1", "07", "24", "999999", "1000000", ""):
        for unit in ("H", "d", "w", "m", "y", "M", "S", "h", ""):
            if RETENTION["within"].accepts(number + unit):
                assert re.fullmatch(pattern, number + unit), number + unit
    assert "0 <= number < 1_000_000" in program


def test_every_mistake_is_found_at_once() -> None:
    assert sorted(with_settings("x = 1\ny = 2\nquota = 5\n").codes) == ["CB231", "CB231", "CB232"]


def test_keys_in_strings_comments_and_arrays_are_no_keys() -> None:
    toml = 'a = """\nb = 1\n"""\n# c = 1\nd = [\n  "e = 1", # f = 1\n]\n[g."h.i"] # j\n"k" = { l = 1 }\n'
    assert {path: toml[slice(*span)] for path, span in key_places(toml).items()} == {
        ("a",): "a",
        ("d",): "d",
        ("g",): "g",
        ("g", "h.i"): '"h.i"',
        ("g", "h.i", "k"): '"k"',
    }


@given(st.dictionaries(st.text(alphabet="abc-_9", min_size=1, max_size=4), st.integers(), min_size=1, max_size=5))
def test_every_key_is_found_where_it_is(content: dict[str, int]) -> None:
    toml = "[table]\n" + "".join(f"  {key} = {value}\n" for key, value in content.items())
    places = key_places(toml)
    assert {path[1] for path in places if len(path) == 2} == set(content)
    assert all(toml[start:end] == path[-1] for path, (start, end) in places.items())


# Where machines and destinations stand


def test_a_site_is_given_to_machines_tags_or_all() -> None:
    found = with_settings('site = "home"\n[tags.t]\nsite = "office"\n[machines.srv]\nsite = "cellar 2"\n')
    assert found.codes == []
    assert found.it.own is not None
    assert found.it.own.sites == {"a": "office", "b": "home", "srv": "cellar 2"}
    assert found.it.own_settings == {}, "a site is no setting of a job"


def test_two_sites_of_one_machine_conflict() -> None:
    assert with_settings('[tags.t]\nsite = "office"\n[machines.a]\nsite = "home"\n').codes == ["CB234"]


def test_destinations_have_a_site_and_nothing_else() -> None:
    clan = CLAN.replace("a = { };", 'a.settings.destinations.key = { name = "box"; repo = "u@h:r"; };')
    found = resolved(clan, {"clanback.toml": '[destinations.box]\nsite = "far"\n[destinations.key]\nsite = "far"\n'})
    assert found.codes == []
    assert found.it.own is not None
    assert found.it.own.destination_sites == {"box": "far", "key": "far"}
    assert resolved(clan, {"clanback.toml": '[destinations.bx]\nsite = "far"\n'}).codes == ["CB233"]
    assert resolved(clan, {"clanback.toml": '[destinations.box]\nquota = "1G"\n'}).codes == ["CB231"]
    assert resolved(clan, {"clanback.toml": "[destinations.box.retention]\ndaily = 1\n"}).codes == ["CB231"]


@pytest.mark.parametrize("toml", ["site = 3", 'site = ""', 'site = "a\\nb"', '[instances.borgbackup]\nsite = "home"'])
def test_what_is_no_site(toml: str) -> None:
    assert set(with_settings(toml).codes) & {"CB231", "CB232"}
