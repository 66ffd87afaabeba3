"""Names of machines, clans and domains, against the patterns of NixOS and clan-core."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from clanback.inventory.names import is_clan_name, is_domain, is_machine_name

HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
META_NAME = re.compile(r"[a-zA-Z0-9_-]*")
DOMAIN = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
TEXT = st.text(alphabet="aZ9_-. ä\n", max_size=8) | st.text(alphabet="ab-", min_size=60, max_size=66) | st.text(max_size=3)


@given(TEXT)
def test_names_are_those_of_the_patterns(text: str) -> None:
    assert is_machine_name(text) == (HOST_NAME.fullmatch(text) is not None)
    assert is_clan_name(text) == (META_NAME.fullmatch(text) is not None)
    assert is_domain(text) == (DOMAIN.fullmatch(text) is not None)
