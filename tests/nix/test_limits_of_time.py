"""Nothing takes for ever: what no count of calls foresees is ended by a clock, and all matching together has a budget."""

from __future__ import annotations

import signal
import time

import pytest

from clanback.nix import Evaluator, parse, watch
from clanback.nix.errors import LimitError
from clanback.nix.limits import Limits


def run(text, **options):
    evaluator = Evaluator("/nowhere", **options)
    return evaluator.force_deep(evaluator.evaluate(parse(text, scope=("lib",)), {"lib": evaluator.lib}))


def shared(begin: str, step: str, name: str = "x", count: int = 60) -> str:
    """Bindings of a value whose parts are used twice at every level: small to write, 2^60 parts to walk through."""
    levels = " ".join(f"{name}{i + 1} = {step.replace('@', f'{name}{i}')};" for i in range(count))
    return f"let {name}0 = {begin}; {levels} in "


LISTS = shared("[ 1 ]", "[ @ @ ]")
SETS = shared("{ a = 1; }", "{ a = @; b = @; }")


@pytest.mark.parametrize(
    "text",
    [
        shared("[ ]", "[ @ @ ]") + "toString x60",
        LISTS + shared("[ 1 ]", "[ @ @ ]", "y") + "x60 == y60",
        LISTS + shared("[ 1 ]", "[ @ @ ]", "y") + "x60 < y60",
        SETS + shared("{ a = 1; }", "{ a = @; b = @; }", "y") + "x60 == y60",
        SETS + "builtins.toJSON x60",
        LISTS + "builtins.toXML x60",
        LISTS + "lib.generators.toPretty { } x60",
        'builtins.foldl\' (a: i: builtins.hashString "sha512" i) 0 (lib.replicate 100000 (lib.fixedWidthString 3000000 "x" ""))',
        "let l = builtins.genList (x: x) 300000; in builtins.foldl' (a: i: builtins.elem (-1) l) 0 l",
    ],
)
def test_what_walks_through_shared_values_for_ever_is_ended(text, monkeypatch):
    monkeypatch.setattr(watch, "SECONDS", 0.25)
    begin = time.process_time()
    with pytest.raises(LimitError) as caught:
        run(text)
    assert caught.value.code == "CB192"
    assert caught.value.diagnostic.span is not None
    assert time.process_time() - begin < 10, "a bound far above what is allowed, so that a busy machine does not matter"


def test_what_is_tried_after_the_time_is_up_is_ended_too(monkeypatch):
    monkeypatch.setattr(watch, "SECONDS", 0.25)
    evaluator = Evaluator("/nowhere")
    value = evaluator.evaluate(parse("{ " + "".join(f"m{i} = {LISTS} toString x60;" for i in range(20)) + " }"))

    def all_of_them():
        stopped = 0
        for thunk in value.values():
            try:
                evaluator.force(thunk)
            except LimitError:
                stopped += 1
        return stopped

    assert evaluator.guarded(all_of_them) == 20


def test_the_clock_stands_still_outside_the_language(monkeypatch):
    monkeypatch.setattr(watch, "SECONDS", 0.2)

    def busy():
        end = time.process_time() + 0.6
        while time.process_time() < end:
            pass
        return "done"

    assert Evaluator("/nowhere").guarded(busy) == "done"


def test_large_files_have_more_time(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "SECONDS", 0.1)
    monkeypatch.setattr(watch, "SECONDS_FOR_MEGABYTE", 100.0)
    text = "let f = n: if n < 2 then 1 else f (n - 1) + f (n - 2); in f "
    (tmp_path / "large.nix").write_text(text + "21" + " " * 1_000_000)
    assert Evaluator(str(tmp_path)).evaluate_file(str(tmp_path / "large.nix")) == 17_711
    with pytest.raises(LimitError):
        run(text + "60")


def test_timer_and_handler_are_put_back():
    before = signal.getsignal(signal.SIGPROF)
    assert run("1 + 1") == 2
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


@pytest.mark.parametrize(
    "text",
    [
        "let l = [ l ]; in lib.flatten l",
        "let l = [ l l ]; in lib.flatten l",
        "let l = [ [ ] l ]; in lib.flatten [ l ]",
        "let l = [ l ]; in lib.lists.flatten (lib.singleton l)",
        LISTS + "builtins.length (lib.flatten x60)",
        SETS + "lib.collect (x: false) x60",
    ],
)
def test_steps_through_lists_and_sets_are_counted(text):
    with pytest.raises(LimitError) as caught:
        run(text, limits=Limits(calls=100_000))
    assert caught.value.code == "CB192"


@pytest.mark.parametrize(
    "text",
    [
        "let l = [ l ]; in toString l",
        "let l = [ l ]; in builtins.toJSON l",
        "let l = [ l l ]; m = [ m m ]; in l < m",
        "let s = { a = s; b = s; }; in lib.collect (x: false) s",
        "let s = { a = s; b = s; }; in lib.filterAttrsRecursive (n: v: true) s",
    ],
)
def test_values_that_contain_themselves_end_in_a_diagnostic(text):
    with pytest.raises(LimitError) as caught:
        run(text)
    assert caught.value.code in ("CB190", "CB193")


@pytest.mark.parametrize(
    "matching",
    [
        'builtins.match "(a|aa)*b" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaac"',
        'builtins.match "(a|aa|${toString i})*b" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaac"',
        'builtins.split "(x+x+)+y" "xxxxxxxxxx"',
        'builtins.match "a*a*b" (lib.concatStrings (lib.genList (x: "a") 1000))',
    ],
)
def test_matching_has_one_budget_for_a_whole_evaluation(matching):
    many = f"builtins.foldl' (a: i: {matching}) 0 (builtins.genList (x: x) 100000)"
    with pytest.raises(LimitError) as caught:
        run(many, limits=Limits(matching=100_000))
    assert caught.value.code == "CB194"
    assert run(f"(i: {matching}) 0", limits=Limits(matching=100_000)) is None or "split" in matching


def test_ordinary_matching_is_far_from_the_budget():
    evaluator = Evaluator("/nowhere")
    text = """
      map (n: builtins.match "([a-z]+)-([0-9]+)([.][a-z]+)*" "machine-${toString n}.home.example.org")
        (builtins.genList (n: n) 1000)
    """
    evaluator.force_deep(evaluator.evaluate(parse(text)))
    assert 0 < evaluator.matching < evaluator.limits.matching / 50


def test_twenty_thousand_machines_are_far_from_the_count_of_calls():
    text = """
      let machines = builtins.genList (n: "m${toString n}") 20000;
      in lib.genAttrs machines (name: {
        tags = lib.optional (lib.hasPrefix "m1" name) "one" ++ [ "all" ];
        deploy.targetHost = "root@${lib.toLower name}.example.org";
        settings = lib.filterAttrs (n: v: v != null) { a = name; b = null; };
      })
    """
    assert len(run(text, limits=Limits(calls=Limits().calls // 20))) == 20_000
