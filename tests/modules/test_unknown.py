"""Values that only Nix knows: an error where a concrete one is needed, and never forced where none is."""

from __future__ import annotations

from clanback.modules import types
from clanback.modules.interface import DECIDED_LATER, Option, OptionSet
from clanback.modules.merge import Merger
from clanback.nix import Evaluator
from tests.modules.merging import evaluated, merge_one


def test_an_unknown_value_is_an_error_that_shows_the_expression() -> None:
    unknown = merge_one(types.string, "unknown").only()
    assert unknown.code == "CB206"
    assert unknown.message == "`x` must be known without Nix, but its value is `config.x`"
    assert unknown.span is not None
    assert unknown.span.text == "unknown"
    assert unknown.notes == ("a test says so",)


def test_an_unknown_element_is_an_error_for_that_element_alone() -> None:
    merged = merge_one(types.list_of(types.string), '[ "a" unknown "b" ]')
    assert merged.value == ["a", "b"]
    assert merged.only().code == "CB206"
    assert "element 2" in merged.only().message


def test_an_unknown_condition_is_an_error() -> None:
    merged = merge_one(types.string, 'lib.mkIf unknown "a"')
    assert merged.codes == ["CB206"]
    assert "condition of `mkIf`" in merged.only().message


def test_an_unknown_list_of_merge_is_an_error() -> None:
    assert merge_one(types.string, "lib.mkMerge unknown").codes == ["CB206"]


def test_an_unknown_set_is_an_error() -> None:
    assert merge_one(types.attrs_of(types.string), "unknown").codes == ["CB206"]


def test_a_throw_is_reported_and_the_others_still_merge() -> None:
    merged = merge_one(types.list_of(types.string), 'throw "no"', '[ "a" ]')
    assert merged.codes == ["CB101"]
    assert merged.value == ["a"]


def test_what_nobody_asks_for_is_never_forced() -> None:
    options = OptionSet(
        {
            "raw": Option(types.raw, default=None),
            "modules": Option(types.attrs_of(types.deferred_module), default={}),
            "machines": Option(types.lazy_attrs_of(types.submodule(OptionSet({"a": Option(types.string)}))), default={}),
            "name": Option(types.string, default=DECIDED_LATER),
        }
    )
    found: list[object] = []
    evaluator = Evaluator()
    text = '{ raw = abort "raw"; modules.m = abort "module"; machines.m = abort "machine"; name = "fine"; }'
    merged = Merger(evaluator, found.append).options((), options, [evaluated(evaluator, text)])
    assert evaluator.force(merged["name"]) == "fine"
    assert set(evaluator.force(merged["machines"])) == {"m"}
    assert set(evaluator.force(merged["modules"])) == {"m"}
    assert found == []
