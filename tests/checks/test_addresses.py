"""What ssh might reach and what it never could: addresses of servers, `targetHost`s, names of hosts."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback import checks
from clanback.checks.addresses import address_problem, host_problem, target_problem
from clanback.services import plan
from tests.services.clans import clan, machine

NO_HOSTS = [
    "",
    "10.0.0.300",
    "256.1.1.1",
    "1.2.3",
    "host;rm",
    "two words",
    "-x",
    "a..b",
    ".a",
    "bücher",
    "a-.b",
    "x" * 64,
    "fe80::g",
]
HOSTS = ["host", "a.example.", "my_nas.lan", "10.0.0.3", "::1", "fd00::1", "fe80::1%eth0", "1and1.example", "3com", "x" * 63]


@pytest.mark.parametrize("host", NO_HOSTS)
def test_neither_name_nor_address(host: str) -> None:
    assert host_problem(host)
    assert address_problem(host)
    assert target_problem(f"root@{host}")


@pytest.mark.parametrize("host", HOSTS)
def test_names_and_addresses(host: str) -> None:
    assert host_problem(host) is None


def test_a_zone_is_nothing_for_borg() -> None:
    assert address_problem("fe80::1%eth0") == "Borg takes no IPv6 address with a zone"
    assert address_problem("[fd00::1]") is None
    assert address_problem("[host]")


@given(st.ip_addresses())
def test_every_address_is_one(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert host_problem(str(address)) is None
    assert target_problem(f"root@{address}" if address.version == 4 else f"root@[{address}]:22") is None


@pytest.mark.parametrize(
    "target",
    [
        *("host", "root@host", "root@host:2222", "root@[fd00::1]", "root@[fd00::1]:22", "fd00::1", "ssh://root@host:22"),
        *("root@192.0.2.1?StrictHostKeyChecking=no&ProxyCommand=nc a b", "host:22?IdentityFile=~/.ssh/key", "a.b@host"),
    ],
)
def test_targets(target: str) -> None:
    assert target_problem(target) is None


@pytest.mark.parametrize(
    "target",
    [
        *("", "root@", "@host", "host;rm", "my host", "-oProxyCommand=x", "-l@host", "a;b@host", "host:ssh", "host:", "host:0"),
        *("host:70000", "[fd00::1", "[fd00::1]22", "[host]", "root@10.0.0.300", "a\nb", "host:²"),
    ],
)
def test_no_targets(target: str) -> None:
    assert target_problem(target)
    inventory = clan([machine("a", target_host=target)])
    found = [one for one in checks.check(inventory, plan(inventory)) if one.code == "CB227"]
    assert [one.severity.value for one in found] == ["warning"]


def test_placeholders_are_for_another_check() -> None:
    inventory = clan([machine("a", target_host="root@<IP-ADDRESS>")])
    assert [one.code for one in checks.check(inventory, plan(inventory))] == ["CB301"]


@given(st.text(max_size=20))
def test_any_text_is_judged(text: str) -> None:
    for judge in (host_problem, address_problem, target_problem):
        assert judge(text) != ""
