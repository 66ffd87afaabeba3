"""Hostile input: every limit ends in a diagnostic, nothing outside the root is read, nothing hangs, nothing overflows."""

from __future__ import annotations

import os
import socket

import pytest

from clanback.nix import Evaluator, parse
from clanback.nix.errors import EvalError, LimitError
from clanback.nix.limits import Limits
from clanback.nix.values import Unknown

SMALL = Limits(string_length=100_000, list_length=100_000, calls=200_000)


def run(text, root="/nonexistent", **options):
    evaluator = Evaluator(str(root), **options)
    return evaluator.force_deep(evaluator.evaluate(parse(text)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("let f = x: f x; in f 1", "CB190"),
        ("let f = x: 1 + f x; in f 1", "CB190"),
        ("let f = { x }: f { inherit x; }; in f { x = 1; }", "CB190"),
        ("let f = x: y: f y x; in f 1 2", "CB190"),
        ("let s = { __functor = self: x: self x; }; in s 1", "CB190"),
        ("let s = { __toString = self: \"${self}\"; }; in \"${s}\"", "CB190"),
        ("let f = x: builtins.head (map f [ x ]); in f 1", "CB190"),
        ("let f = x: builtins.foldl' (a: b: f b) 0 [ x ]; in f 1", "CB190"),
        ("let f = x: builtins.sort (a: b: f a) [ x x ]; in f 1", "CB190"),
        ("let f = x: builtins.replaceStrings [ \"a\" ] [ (f x) ] \"a\"; in f \"a\"", "CB190"),
        ("let f = x: builtins.genericClosure { startSet = [ { key = x; } ]; operator = y: f x; }; in f 1", "CB190"),
        ("let f = x: builtins.mapAttrs (n: v: f x) { a = 1; }; in (f 1).a.a", "CB193"),
        ("let f = x: { a = f x; b = f x; }; in f 1", "CB193"),
        ("let f = x: [ (f x) ]; in f 1 == f 1", "CB190"),
        ("let a = a; in a", "CB191"),
        ("let a = b; b = a; in a", "CB191"),
        ("rec { a = a + 1; }.a", "CB191"),
        ("let x = { y = x.y; }; in x.y", "CB191"),
        ("let l = [ (builtins.head l) ]; in l", "CB191"),
        ("({ a ? b, b ? a }: a) { }", "CB191"),
        ("let s = \"${s}\"; in s", "CB191"),
    ],
)  # fmt: skip
def test_endless_recursion(text, code):
    with pytest.raises(LimitError) as caught:
        run(text)
    assert caught.value.code == code
    # An endless value is found while it is forced from outside, where no expression is at fault alone.
    assert caught.value.diagnostic.span is not None or code == "CB193"


def test_call_depth_is_that_of_nix():
    count = "let f = n: if n == 0 then 0 else 1 + f (n - 1); in f {}"
    assert run(count.format(9_990)) == 9_990
    with pytest.raises(LimitError):
        run(count.format(10_010))


def test_long_chains_of_thunks_do_not_count_as_calls():
    assert run("builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: 1) 50000)") == 50_000
    chain = "let " + "".join(f"v{i} = v{i + 1} + 1; " for i in range(20_000)) + "v20000 = 0; in v0"
    assert run(chain) == 20_000


def test_deep_nesting_of_syntax():
    assert run(" + ".join(["1"] * 20_000)) == 20_000
    assert run("[ " * 2_000 + "]" * 2_000) is not None
    assert run("(" * 2_000 + "1" + ")" * 2_000) == 1
    assert run("x: " * 2_000 + "1") is not None
    assert run("if true then " * 2_000 + "1" + " else 2" * 2_000) == 1


def test_equality_and_forcing_of_deep_values():
    nest = "builtins.foldl' (a: i: [ a ]) 1 (builtins.genList (x: x) 20000)"
    assert run(f"{nest} == {nest}") is True
    assert run(f"builtins.deepSeq ({nest}) 1") == 1
    assert run(f"builtins.length ({nest})") == 1


@pytest.mark.parametrize(
    "text",
    [
        "let f = n: if n < 2 then 1 else f (n - 1) + f (n - 2); in f 60",
        "let f = n: builtins.foldl' (a: b: f (n - 1)) 0 [ 1 2 3 4 ]; in f 100",
        "builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; }",
    ],
)
def test_steps(text):
    with pytest.raises(LimitError):
        run(text, limits=SMALL)


@pytest.mark.parametrize(
    "text",
    [
        'builtins.foldl\' (a: _: a + a) "xx" (builtins.genList (x: x) 60)',
        'builtins.foldl\' (a: _: "${a}${a}") "xx" (builtins.genList (x: x) 60)',
        'builtins.foldl\' (a: _: builtins.concatStringsSep a [ a a ]) "xx" (builtins.genList (x: x) 60)',
        'builtins.foldl\' (a: _: builtins.replaceStrings [ "x" ] [ a ] a) "xx" (builtins.genList (x: x) 60)',
        "builtins.foldl' (a: _: a ++ a) [ 1 2 ] (builtins.genList (x: x) 60)",
        "builtins.foldl' (a: _: builtins.concatLists [ a a ]) [ 1 2 ] (builtins.genList (x: x) 60)",
        "builtins.foldl' (a: _: builtins.concatMap (x: [ x x ]) a) [ 1 2 ] (builtins.genList (x: x) 60)",
        "builtins.genList (x: x) 9223372036854775807",
    ],
)
def test_sizes(text):
    with pytest.raises(LimitError) as caught:
        run(text, limits=SMALL)
    assert caught.value.code == "CB193"


@pytest.mark.parametrize(
    "text",
    [
        'builtins.stringLength (builtins.foldl\' (a: b: a + b) "" (builtins.genList (x: "xxxxxxxxxx") 50000))',
        'builtins.stringLength (builtins.foldl\' (a: b: "${a}${b}") "" (builtins.genList (x: "xxxxxxxxxx") 50000))',
        "builtins.length (builtins.foldl' (a: b: a ++ [ b ]) [ ] (builtins.genList (x: x) 50000))",
        'builtins.foldl\' (a: b: a // { ${"n${toString b}"} = b; }) { } (builtins.genList (x: x) 50000) ? n1',
        """
          let f = l: if l == [ ] then 0 else f (builtins.tail l);
          in builtins.foldl' (a: b: a + f b) 0 (builtins.genList (x: builtins.genList (y: y) 5000) 100)
        """,
    ],
)
def test_quadratic_building(text):
    with pytest.raises(LimitError) as caught:
        run(text, limits=Limits(copying=300_000_000))
    assert caught.value.code == "CB192"


def test_an_evaluator_can_be_used_after_a_limit():
    evaluator = Evaluator("/")
    with pytest.raises(LimitError):
        evaluator.evaluate(parse("let f = x: f x; in f 1"))
    assert evaluator.evaluate(parse("let f = n: if n == 0 then 0 else f (n - 1); in f 5000")) == 0


def test_a_failed_thunk_fails_the_same_way_again():
    evaluator = Evaluator("/")
    found = evaluator.evaluate(parse('{ a = throw "once"; }'))
    for _ in range(2):
        with pytest.raises(EvalError, match="once"):
            evaluator.select(found, "a")


# ---- files ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repository"
    (root / "sub").mkdir(parents=True)
    (root / "a.nix").write_text("{ x = 1; y = ./sub; }")
    (root / "sub" / "default.nix").write_text("import ../a.nix")
    (root / "text").write_text("hello\n")
    (tmp_path / "secret").write_text("outside")
    (root / "link").symlink_to("../secret")
    (root / "dirlink").symlink_to("..")
    (root / "inside").symlink_to("text")
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize(
    "text",
    [
        "builtins.readFile ../secret",
        "builtins.readFile ./link",
        "builtins.readFile ./dirlink/secret",
        "builtins.readFile (./. + \"/../secret\")",
        "builtins.readFile /etc/passwd",
        "builtins.readFile \"/etc/passwd\"",
        "import /etc/passwd",
        "import ./link",
        "builtins.readDir ./dirlink",
        "builtins.readDir (dirOf /etc)",
        "builtins.readFileType /etc/passwd",
        "builtins.path { path = ../secret; }",
        "\"${../secret}\"",
        "scopedImport { } ../secret",
    ],
)  # fmt: skip
def test_nothing_outside_the_root_is_read(repository, text):
    with pytest.raises(EvalError) as caught:
        run(text, repository)
    assert caught.value.code == "CB131", caught.value
    assert caught.value.diagnostic.span is not None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("builtins.readFile ./pipe", "not a regular file"),
        ("import ./pipe", "not a regular file"),
        ("import ./socket", "cannot read"),
        ("builtins.readFile ./sub", "directory"),
        ("builtins.readFile ./loop", "cannot read"),
        ("builtins.readFile ./nothing", "No such file"),
        ("import ./nothing", "No such file"),
        ("import ./text/x", "Not a directory"),
        ("builtins.readDir ./text", "cannot read the directory"),
        ("builtins.readFile ~/x", "depends on who evaluates"),
        ("builtins.readFile \"relative\"", "absolute path"),
        ('builtins.readFile ("/a" + builtins.substring 0 0 "" + "/b")', "outside"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error_with_a_place(repository, text, message):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(repository / "socket")) if len(str(repository)) < 90 else None
        with pytest.raises(EvalError, match=message) as caught:
            run(text, repository)
    assert caught.value.diagnostic.span is not None


@pytest.mark.parametrize(
    "text", ["import /dev/zero", "builtins.readFile /dev/zero", "builtins.readFile /proc/self/mem", "import /dev/stdin"]
)
def test_devices_are_not_read_even_outside(text):
    with pytest.raises(EvalError):
        run(text, "/", allow_outside=True)


def test_large_files_are_refused(repository):
    with (repository / "large").open("wb") as file:
        file.truncate(10_000_000_000)
    with pytest.raises(LimitError, match="too large"):
        run("builtins.readFile ./large", repository)


def test_reading_inside_the_root_works_and_is_recorded(repository):
    evaluator = Evaluator(str(repository))
    value = evaluator.evaluate_file(str(repository / "sub"))
    assert evaluator.select(value, "x") == 1
    assert evaluator.evaluate(parse("builtins.readFile ./inside")) == "hello\n"
    assert evaluator.evaluate(parse("builtins.pathExists ./nothing")) is False
    assert evaluator.evaluate(parse("(builtins.readDir ./.).sub")) == "directory"
    assert set(evaluator.reads) == {str(repository / name) for name in ("sub/default.nix", "a.nix", "inside", "nothing")} | {
        str(repository)
    }
    assert evaluator.reads[str(repository / "nothing")] == "absent"
    assert evaluator.reads[str(repository)].startswith("dir:")


def test_recorded_reads_tell_later_changes(repository):
    from clanback.nix.reads import current

    evaluator = Evaluator(str(repository))
    evaluator.evaluate(parse("[ (builtins.readFile ./text) (builtins.pathExists ./new) (builtins.readDir ./sub) ]"))
    evaluator.force_deep(
        evaluator.evaluate(parse("[ (builtins.readFile ./text) (builtins.pathExists ./new) (builtins.readDir ./sub) ]"))
    )
    assert all(current(path, what) == what for path, what in evaluator.reads.items())
    for name in ("text", "new", "sub/more"):
        (repository / name).write_text("changed")
    assert all(current(path, what) != what for path, what in evaluator.reads.items())


def test_whether_something_outside_exists_is_unknown(repository):
    assert isinstance(run("builtins.pathExists ../secret", repository), Unknown)
    assert run("builtins.pathExists ../secret", repository, allow_outside=True) is True


def test_allow_outside_reads_outside(repository):
    assert run("builtins.readFile ./link", repository, allow_outside=True) == "outside"


def test_a_search_path_of_the_program_itself_is_used(repository):
    text = (
        'let __nixPath = [ { prefix = "a"; path = ./nowhere; } { prefix = "a"; path = ./sub; } ]; in (import <a/default.nix>).x'
    )
    assert run(text, repository) == 1
    assert run('let __findFile = path: name: name + "!"; in <some/name>') == "some/name!"


def test_a_file_is_evaluated_once(repository):
    (repository / "traced.nix").write_text('builtins.trace "once" 1')
    evaluator = Evaluator(str(repository))
    assert evaluator.evaluate(parse("import ./traced.nix + import ./traced.nix + import ./sub/../traced.nix")) == 3
    assert evaluator.traced == ["once"]


def test_a_file_that_imports_itself(repository):
    (repository / "self.nix").write_text("import ./self.nix")
    with pytest.raises(LimitError) as caught:
        run("import ./self.nix", repository)
    assert caught.value.code == "CB191"


def test_no_program_runs_and_nothing_is_fetched():
    for text in (
        'builtins.exec [ "touch" "/tmp/x" ]',
        'builtins.fetchurl "http://localhost"',
        "builtins.fetchGit ./.",
        'builtins.importNative ./x "y"',
    ):
        assert isinstance(run(text), Unknown)
