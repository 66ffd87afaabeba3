"""The clan's name and domain."""

from __future__ import annotations

import pytest

from tests.inventory.clans import place, resolved, text


def test_the_name_is_required_and_missed_at_the_beginning() -> None:
    missing = resolved("# a clan\n{ inventory.machines.a = { }; }").only()
    assert (missing.code, place(missing)) == ("CB210", (2, 1))


@pytest.mark.parametrize("name", ["my clan", "ä", "a.b", "a/b", "a\\n"])
def test_the_name_has_letters_digits_underscores_and_dashes(name: str) -> None:
    wrong = resolved(f'{{ meta.name = "{name}"; }}').only()
    assert (wrong.code, text(wrong)) == ("CB211", f'"{name}"')


@pytest.mark.parametrize("name", ["a", "MY-CLAN", "my_clan-2", ""])
def test_such_names_are_fine(name: str) -> None:
    assert resolved(f'{{ meta.name = "{name}"; }}').codes == []


def test_the_domain_is_clan_unless_said() -> None:
    assert resolved('{ meta.name = "x"; }').it.meta.domain == "clan"
    assert resolved('{ meta = { name = "x"; domain = "a.b.lol"; }; }').it.meta.domain == "a.b.lol"


@pytest.mark.parametrize("domain", ["Clan.lol", "a b", "-a", "a..b", ".a", "a-", "a" * 64, ""])
def test_the_domain_is_lower_case_dns(domain: str) -> None:
    assert resolved(f'{{ meta.name = "x"; meta.domain = "{domain}"; }}').only().code == "CB212"


@pytest.mark.parametrize(
    ("domain", "near"),
    [
        ("Home LAN", "home-lan"),
        ("EXAMPLE.org", "example.org"),
        ("https://a.example/x", "a.example"),
        ("-", "clan"),
        (".a..b.", "a.b"),
    ],
)
def test_a_domain_that_would_do_is_named(domain: str, near: str) -> None:
    assert resolved(f'{{ meta.name = "x"; meta.domain = "{domain}"; }}').only().help == f'for example "{near}"'


def test_tld_is_deprecated_and_still_the_domain() -> None:
    found = resolved('{ meta.name = "x"; meta.tld = "ccc"; }')
    assert (found.only().code, found.only().severity.value) == ("CB209", "warning")
    assert found.it.meta.domain == "ccc"


def test_meta_may_stand_in_the_inventory_too() -> None:
    assert resolved('{ inventory.meta.name = "x"; }').it.meta.name == "x"
    assert resolved('{ inventory.meta.name = "x"; meta.name = "y"; }').only().code == "CB203"


def test_two_names_conflict() -> None:
    conflict = resolved('{ meta.name = "x"; imports = [ { meta.name = "y"; } ]; }').only()
    assert conflict.code == "CB203"
    assert len(conflict.labels) == 1


def test_where_a_module_cannot_be_read_the_name_may_be_in_it() -> None:
    unread, missing = resolved("{ inputs, ... }: { imports = [ inputs.other.clanModules.name ]; }").found
    assert (unread.code, missing.code) == ("CB220", "CB210")
    assert "is not known" in missing.message
    assert text(missing) == "inputs.other.clanModules.name"
