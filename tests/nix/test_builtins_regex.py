"""`builtins.match` and `builtins.split`: what patterns mean, which are refused, and that none of them hangs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from clanback.nix.builtins.ere import PatternError
from clanback.nix.builtins.ere_automaton import Pattern, TooManySteps
from tests.nix.nix_outcomes import ours, theirs

MATCHES = [
    ('builtins.match "ab" "abc"', None),
    ('builtins.match "abc" "abc"', []),
    ('builtins.match "a(b)(c)" "abc"', ["b", "c"]),
    ('builtins.match "[[:space:]]+([[:upper:]]+)[[:space:]]+" "  FOO   "', ["FOO"]),
    ('builtins.match "(a)?b" "b"', [None]),
    ('builtins.match "(a|ab)(c|bcd)(d*)" "abcd"', ["a", "bcd", ""]),
    ('builtins.match "a**" "aa"', []),
    ('builtins.match "(a*)*" "aa"', [""]),
    ('builtins.match "(a|(b))*" "ba"', ["a", "b"]),
    ('builtins.match "x{2,3}" "xxxx"', None),
    ('builtins.match "a|" ""', []),
    ('builtins.match "" ""', []),
    ('builtins.match "[]a]+" "a]"', []),
    ('builtins.match "[^]a]+" "bc"', []),
    ('builtins.match "[a-]+" "-a"', []),
    ('builtins.match "[[=a=]]" "A"', []),
    ('builtins.match "[[:DIGIT:]]" "5"', []),
    (r'builtins.match "[\\w]" "\\"', []),
    (r'builtins.match "\\." "."', []),
    ('builtins.match "." "\\n"', []),
    ('builtins.match "a]}" "a]}"', []),
    ('builtins.match "." "é"', None),
    ('builtins.match "(..)" "é"', ["é"]),
    ('builtins.match "^a$" "a"', []),
    ('builtins.match ".*\\\\.nix" "default.nix"', []),
    ('builtins.match "([0-9]+)\\\\.([0-9]+)" "23.11"', ["23", "11"]),
]
SPLITS = [
    ('builtins.split "(a)b" "abc"', ["", ["a"], "c"]),
    ('builtins.split "([ac])" "abc"', ["", ["a"], "b", ["c"], ""]),
    ('builtins.split "(a)|(c)" "abc"', ["", ["a", None], "b", [None, "c"], ""]),
    ('builtins.split "x" "abc"', ["abc"]),
    ('builtins.split "" "abc"', ["", [], "a", [], "b", [], "c", [], ""]),
    ('builtins.split "x*" "axb"', ["", [], "a", [], "", [], "b", [], ""]),
    ('builtins.split "a|ab" "xabx"', ["x", [], "x"]),
    ('builtins.split "(a|ab)(c|bcd)?" "abcd"', ["", ["a", "bcd"], ""]),
    ('builtins.split "," "a,,b,"', ["a", [], "", [], "b", [], ""]),
    ('builtins.split "^a" "aa"', ["", [], "a"]),
    ('builtins.split "[é]" "xéy"', ["x", [], "", [], "y"]),
    ('builtins.split "\\n" "a\\nb"', ["a", [], "b"]),
]


@pytest.mark.parametrize(("text", "value"), MATCHES + SPLITS)
def test_patterns_mean_what_nix_says(text: str, value: object) -> None:
    assert ours(text) == ("value", value)


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "a)",
        "[",
        "[a",
        "[[:foo:]]",
        "[[.-.]]",
        "[c-a]",
        "[a-c-e]",
        "*",
        "a|*b",
        "+",
        "{1}",
        "a{",
        "a{,2}",
        "a{2,1}",
        "a{x}",
        "\\",
        "\\d",
    ],
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        Pattern(pattern)


def test_a_refused_pattern_is_an_error_that_shows_it() -> None:
    assert ours('builtins.match "(" "a"') == ("failed",)


def test_too_large_patterns_are_refused() -> None:
    with pytest.raises(PatternError, match="states"):
        Pattern("((a{100}){100}){100}")
    with pytest.raises(PatternError, match="nested"):
        Pattern("(" * 5_000 + ")" * 5_000)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a*)*b", "a" * 3_000),
        ("(a|aa)*b", "a" * 3_000),
        ("((a+)+)+b", "a" * 500),
        (".*.*.*.*x", "a" * 300),
        ("(.*)(.*)(.*)(.*)(.*)y", "a" * 200),
        ("(x+x+)+y", "x" * 500),
    ],
)
def test_patterns_that_explode_elsewhere_do_not_here(pattern: str, text: str) -> None:
    assert Pattern(pattern).match(text) is None
    assert list(Pattern(pattern).search_all(text[:100])) == []


def test_patterns_are_compiled_once() -> None:
    from clanback.nix.builtins import regex

    assert regex._compile("a+b") is regex._compile("a+b")


def _atom(choose: random.Random, depth: int) -> str:
    kind = choose.random()
    if kind < 0.45:
        return choose.choice("abc")
    if kind < 0.5:
        return "."
    if kind < 0.62:
        sets = "[ab] [^a] [a-c] []a] [[:alpha:]] [^]b-] [a-] [-a] [a[:digit:]] [--a] [[=a=]] [\\a] [a[] [[.hyphen.]]"
        return choose.choice(sets.split())
    if kind < 0.65:
        return choose.choice("^$")
    if kind < 0.68:
        return choose.choice(["\\.", "\\(", "]", "}", "\\{", "\\|"])
    return f"({_alternatives(choose, depth - 1)})" if depth else choose.choice("ab")


def _alternatives(choose: random.Random, depth: int) -> str:
    def sequence() -> str:
        quantifiers = ["", "", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{1,}", "{0}", "**"]
        return "".join(_atom(choose, depth) + choose.choice(quantifiers) for _ in range(choose.choice([0, 1, 1, 2, 2, 3])))

    return "|".join(sequence() for _ in range(choose.choice([1, 1, 1, 2, 3])))


def _cases(count: int) -> list[tuple[str, str]]:
    choose = random.Random(20260823)
    made = []
    while len(made) < count:
        pattern = _alternatives(choose, 2)
        text = "".join(choose.choice("aabbc.]-") for _ in range(choose.choice([0, 1, 2, 3, 4, 6])))
        if not _explodes(pattern, text):
            made.append((pattern, text))
    return made


def _explodes(pattern: str, text: str) -> bool:
    """Whether Nix, which remembers nothing, would try very many ways: all, when the last character never matches."""
    try:
        program = Pattern(f"({pattern})%")._automaton()
    except PatternError:
        return False
    program.budget = 1_000_000
    try:
        for start in range(len(text) + 1):
            program._run(text, start, True, 0, False, None)
    except TooManySteps:
        return True
    return False


def _nix_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${") + '"'


@pytest.mark.nix
def test_a_thousand_patterns_behave_as_in_nix(tmp_path: Path) -> None:
    texts = [
        f"[ (builtins.match {p} {t}) (builtins.split {p} {t}) ]"
        for p, t in ((_nix_string(p), _nix_string(t)) for p, t in _cases(1_000))
    ]
    expected = [ours(text) for text in texts]
    assert sum(outcome[0] == "value" for outcome in expected) > 800
    assert theirs(texts, tmp_path, expected) == expected


def test_the_two_ways_of_matching_agree() -> None:
    # Simple patterns go through Python's `re`; the automaton must say the same of them.
    compared = 0
    for text, subject in _cases(2_000):
        try:
            pattern = Pattern(text)
        except PatternError:
            continue
        if not pattern.simple:
            continue
        compared += 1
        assert pattern.match(subject) == pattern._automaton().match(subject), (text, subject)
        assert list(pattern.search_all(subject)) == list(pattern._automaton().iterate(subject)), (text, subject)
    assert compared > 500
