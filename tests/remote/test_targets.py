"""`deploy.targetHost` is read as clan-core reads it, and can never make ssh start a program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.diagnostics import DiagnosticError
from clanback.remote.ssh import HostKeys, Session, pinned
from clanback.remote.targets import Target, parse_target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("root@192.0.2.11", Target("m", "192.0.2.11")),
        ("nas", Target("m", "nas")),
        ("nas?UserKnownHostsFile=/dev/null", Target("m", "nas", options=(("UserKnownHostsFile", "/dev/null"),))),
        (
            "nas?UserKnownHostsFile=~/.ssh/known_hosts.d",
            Target("m", "nas", options=(("UserKnownHostsFile", "~/.ssh/known_hosts.d"),)),
        ),
        ("ssh://admin@nas.example:2222", Target("m", "nas.example", "admin", 2222)),
        ("root@[2001:db8::1]:22", Target("m", "2001:db8::1", "root", 22)),
        ("root@[fe80::1%eth0]", Target("m", "fe80::1%eth0")),
        (
            "root@nas?ProxyJump=jump.example&connecttimeout=5",
            Target("m", "nas", options=(("ProxyJump", "jump.example"), ("ConnectTimeout", "5"))),
        ),
    ],
)
def test_an_address_is_read(text: str, target: Target) -> None:
    assert parse_target("m", text) == target


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "root@",
            "-oProxyCommand=id",
            "root@-oProxyCommand=id",
            "root@2001:db8::1",
            "root@nas:0",
            "root@nas:http",
            "root@a b",
        ),
        *(
            "root@nas?ProxyCommand=id",
            "root@nas?LocalCommand=id",
            "root@nas?ProxyJump=-x",
            "root@nas?ProxyJump=`id`",
            "root@nas?x",
        ),
        *(
            "root@<IP-ADDRESS>",
            "ro\not@nas",
            "root@nas\0",
            "-l@nas",
            "root@nas?KnownHostsCommand=/bin/x",
            "root@nas?ForwardAgent=yes",
        ),
        *(  # ssh adds lines to the file, which a shell would run
            "root@nas?UserKnownHostsFile=~/.bashrc",
            "root@nas?userknownhostsfile=~/known_hosts ~/.bashrc",
            "root@nas?UserKnownHostsFile=~/known_hosts/../.bashrc",
        ),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(DiagnosticError) as raised:
        parse_target("m", text)
    assert raised.value.diagnostics[0].code == "CB460"


@given(st.text())
def test_no_text_becomes_an_option_of_ssh(text: str) -> None:
    try:
        target = parse_target("m", text)
    except DiagnosticError:
        return
    words = Session("/run/x").words(target)
    assert words[-2:] == ["--", target.host]
    assert not target.host.startswith("-")
    assert not any("command" in word.lower() for word in words)


def test_pinned_keys_are_all_that_counts() -> None:
    keys = pinned("nas", "home", {"ed25519": "ssh-ed25519 AAAA\n", "rsa": None}, "ssh-ed25519 BBBB")
    assert keys == HostKeys("nas.home", ("nas.home ssh-ed25519 AAAA", "@cert-authority nas.home ssh-ed25519 BBBB"))
    assert pinned("nas", "home", {"ed25519": None}) is None
