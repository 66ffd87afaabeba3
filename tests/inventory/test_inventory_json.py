"""`inventory.json` beside clan.nix: merged like a module, with places of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clanback.diagnostics import DiagnosticError, Source
from clanback.inventory.inventory_json import _Reader
from clanback.nix.values import Attrs
from tests.inventory.clans import place, resolved, text

CLAN = '{ meta.name = "x"; inventory.machines.a = { }; }'


def test_instances_and_machines_merge_with_those_of_the_clan() -> None:
    stored = {
        "machines": {"a": {"deploy": {"targetHost": "h"}}, "b": {}},
        "instances": {"borgbackup": {"roles": {"client": {"tags": ["all"], "settings": {"startAt": "02:00"}}}}},
    }
    found = resolved(CLAN, {"inventory.json": json.dumps(stored)})
    assert found.codes == []
    assert found.it.machines["a"].target_host == "h"
    assert found.settings("borgbackup", "client", "b")["startAt"] == "02:00"
    assert found.it.places["machines.a.deploy.targetHost"][0].file == "inventory.json"


def test_errors_in_it_have_line_and_column() -> None:
    found = resolved(CLAN, {"inventory.json": '{\n  "machines": { "a": { "tag": [] } },\n  "services": {}\n}'})
    assert sorted((d.code, place(d), text(d)) for d in found.found) == [
        ("CB201", (2, 24), '"tag"'),
        ("CB207", (3, 3), '"services"'),
    ]


@pytest.mark.parametrize("wrong", ["", "{", '{"a"}', '{"a": 01}', "[1,]", '{"a": "\n"}', '{"a": nul}', "{} {}", '"\\x"'])
def test_what_is_not_json_is_an_error_at_its_place(wrong: str) -> None:
    assert resolved(CLAN, {"inventory.json": wrong}).only().code == "CB223"


def test_a_list_is_no_inventory() -> None:
    assert resolved(CLAN, {"inventory.json": "[ ]"}).only().code == "CB223"


def test_deep_nesting_is_an_error_not_a_crash() -> None:
    assert resolved(CLAN, {"inventory.json": "[" * 100_000}).only().code == "CB223"


def plain(value: Any) -> Any:
    if isinstance(value, Attrs):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, tuple) else value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_json_is_read_as_python_reads_it(value: Any, indent: int | None, ascii_only: bool) -> None:
    written = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert plain(_Reader(Source("x", written)).document()[0]) == json.loads(written)


@given(st.text(alphabet='{}[]",:0123456789truefalsn\\ \n-.e', max_size=20))
def test_any_text_gives_a_value_or_a_diagnostic_as_python_does(written: str) -> None:
    try:
        expected = json.loads(written)
    except ValueError:
        with pytest.raises(DiagnosticError):
            _Reader(Source("x", written)).document()
    else:
        assert plain(_Reader(Source("x", written)).document()[0]) == expected
