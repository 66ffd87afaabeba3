"""Diagnostics as text: where, what, and what to do."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from clanback.cli.text import Style, render, render_all, summary
from clanback.diagnostics import Label, Source, Span, error, info, warning

PLAIN = Style(False)


def span_of(source: Source, text: str) -> Span:
    start = source.text.index(text)
    return Span(source, start, start + len(text))


def lines(text: str) -> str:
    """A text block of a test: without the first line end and the indentation."""
    rows = text.rstrip().strip("\n").splitlines()
    margin = min(len(row) - len(row.lstrip()) for row in rows if row.strip())
    return "\n".join(row[margin:].rstrip() for row in rows) + "\n"


CLAN = Source("clan.nix", '{\n  roles.client.settings.excludes = [ ];\n  startAt = "02:00";\n\n  x = {\n    y = 1;\n  };\n}\n')


def test_code_message_place_source_and_help() -> None:
    found = error("CB201", "no setting `excludes`", span_of(CLAN, "excludes"), help="did you mean `exclude`?")
    assert render(found, PLAIN) == lines("""
        error[CB201]: no setting `excludes`
          --> clan.nix:2:25
           |
         2 |   roles.client.settings.excludes = [ ];
           |                         ^^^^^^^^
           |
           = help: did you mean `exclude`?
    """)


def test_a_second_place_in_the_same_file_has_its_label_in_the_order_of_lines() -> None:
    found = error("CB203", "two values", span_of(CLAN, '"02:00"'), labels=[Label(span_of(CLAN, "[ ]"), "the role says this")])
    assert render(found, PLAIN) == lines("""
        error[CB203]: two values
          --> clan.nix:3:13
           |
         2 |   roles.client.settings.excludes = [ ];
           |                                    --- the role says this
         3 |   startAt = "02:00";
           |             ^^^^^^^
    """)


def test_a_second_place_in_another_file_gets_a_block_of_its_own() -> None:
    other = Source("machines/a/configuration.nix", "{\n  a = 1;\n}\n")
    found = warning("CB203", "two values", span_of(CLAN, "startAt"), labels=[Label(span_of(other, "a"), "and here")])
    assert render(found, PLAIN) == lines("""
        warning[CB203]: two values
          --> clan.nix:3:3
           |
         3 |   startAt = "02:00";
           |   ^^^^^^^
          ::: machines/a/configuration.nix:2:3
           |
         2 |   a = 1;
           |   - and here
    """)


def test_distant_places_are_parted() -> None:
    source = Source("clan.nix", "".join(f"line {number}\n" for number in range(1, 20)))
    found = error("CB203", "two", span_of(source, "line 12"), labels=[Label(span_of(source, "line 3"), "first")])
    assert render(found, PLAIN) == lines("""
        error[CB203]: two
           --> clan.nix:12:1
            |
          3 | line 3
            | ------ first
        ...
         12 | line 12
            | ^^^^^^^
    """)


def test_a_span_of_several_lines_is_bracketed() -> None:
    found = error("CB202", "a set is no list", span_of(CLAN, "{\n    y = 1;\n  }"))
    assert render(found, PLAIN) == lines("""
        error[CB202]: a set is no list
          --> clan.nix:5:7
           |
         5 |     x = {
           |  _______^
         6 | |     y = 1;
         7 | |   };
           | |___^
    """)


def test_the_middle_of_a_long_span_is_left_out() -> None:
    source = Source("clan.nix", "[\n" + "".join(f"  {number}\n" for number in range(100)) + "]\n")
    shown = render(error("CB202", "too long", Span(source, 0, len(source.text))), PLAIN)
    assert len(shown.splitlines()) < 14
    assert "..." in shown
    assert shown.splitlines()[-2].endswith("]")


def test_an_empty_span_and_the_end_of_the_file_are_marked_too() -> None:
    source = Source("clan.nix", "{ a = 1;")
    assert render(error("CB001", "the file ends", Span(source, 8, 8)), PLAIN).splitlines()[-1] == "   |         ^"
    empty = Source("empty.nix", "")
    assert render(error("CB001", "nothing here", Span(empty, 0, 0)), PLAIN).splitlines()[-1] == "   | ^"


def test_notes_of_several_lines_are_indented_and_a_diagnostic_needs_no_place() -> None:
    found = error("CB900", "at fault", notes=["one\ntwo"], help="report it")
    assert render(found, PLAIN) == lines("""
        error[CB900]: at fault
           = note: one
                   two
           = help: report it
    """)


def test_wide_characters_and_tabs_do_not_shift_the_marks() -> None:
    source = Source("clan.nix", "\t日本 = x;\n")
    shown = render(error("CB013", "undefined", span_of(source, "x")), PLAIN).splitlines()
    source_line, marks = shown[3], shown[4]
    before = source_line[: source_line.index("x")]
    columns = sum(2 if unicodedata.east_asian_width(character) == "W" else 1 for character in before)
    assert marks.index("^") == columns


def test_combining_characters_take_no_column() -> None:
    source = Source("clan.nix", "e\u0301 = x;\n")
    shown = render(error("CB013", "undefined", span_of(source, "x")), PLAIN).splitlines()
    assert shown[4].index("^") == shown[3].index("x") - 1


def test_a_very_long_line_is_cut_around_the_mark() -> None:
    source = Source("clan.nix", "a" * 5000 + " HERE " + "b" * 5000)
    shown = render(error("CB001", "there", span_of(source, "HERE")), PLAIN).splitlines()
    assert max(map(len, shown)) < 160
    assert shown[3][shown[4].index("^") :].startswith("HERE")
    assert shown[4].count("^") == 4


def test_nothing_of_the_input_steers_the_terminal() -> None:
    evil = "\x1b[2J\x9b31m\u202e\r\x07\x00"
    source = Source(f"clan{evil}.nix", f'"{evil}"')
    found = error(
        "CB101", f"thrown: {evil}", Span(source, 0, 3), labels=[Label(Span(source, 0, 1), evil)], notes=[evil], help=evil
    )
    shown = render(found, PLAIN)
    assert all(character == "\n" or character.isprintable() for character in shown)
    assert "␛[2J" in shown
    assert "<U+202E>" in shown


def test_colour_is_all_that_colour_adds() -> None:
    found = error("CB203", "two", span_of(CLAN, '"02:00"'), labels=[Label(span_of(CLAN, "[ ]"), "one")], notes=["n"], help="h")
    coloured = render(found, Style(True))
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render(found, PLAIN)


def test_summary_counts() -> None:
    assert (
        summary([error("CB1", "a"), error("CB1", "b"), warning("CB1", "c"), info("CB1", "d")]) == "2 errors, 1 warning, 1 remark"
    )
    assert summary([]) == ""
    assert render_all([], PLAIN) == ""


@settings(max_examples=300)
@given(text=st.text(max_size=200), data=st.data())
def test_any_span_of_any_text_can_be_shown(text: str, data: st.DataObject) -> None:
    source = Source("clan.nix", text)
    offsets = st.integers(0, len(text) + 3)
    spans = [Span(source, *sorted((data.draw(offsets), data.draw(offsets)))) for _ in range(3)]
    found = error("CB001", text, spans[0], labels=[Label(span, text) for span in spans[1:]], help=text)
    shown = render(found, PLAIN)
    assert shown.endswith("\n")
    harmless = ("Cf", "Zs", "Cn", "Co")  # not printable to Python, but nothing that a terminal obeys
    assert all(one == "\n" or one.isprintable() or unicodedata.category(one) in harmless for one in shown)
    coloured = re.sub(r"\x1b\[[\d;]*m", "", render(found, Style(True)))
    assert [line.rstrip(" ") for line in coloured.split("\n")] == shown.split("\n")
