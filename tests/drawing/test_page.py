"""The page: one file, nothing from anywhere, and nothing of the clan can become code in it."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import jinja2
import pytest

from clanback.drawing import environment, runtime
from tests.cases.compare import run
from tests.drawing.offices import lay_out

if TYPE_CHECKING:
    from pathlib import Path


class Elements(HTMLParser):
    """Every element of a page with its attributes, its text, and whether all are closed."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def page(folder: Path) -> str:
    status, out, err = run("--clan", str(folder), "graph", "--format", "html")
    assert status in (0, 1), err
    return out


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page(lay_out(tmp_path_factory.mktemp("office"), 300))


def test_a_row_for_every_machine(office: str) -> None:
    elements = Elements(office)
    assert elements.open == []
    names = [attributes["data-name"] for tag, attributes in elements.found if tag == "tr" and "data-name" in attributes]
    assert len(names) == 300
    assert names == sorted(names)


def test_nothing_is_loaded_from_anywhere(office: str) -> None:
    for tag, attributes in Elements(office).found:
        assert tag not in ("img", "iframe", "object", "embed", "base", "form") or tag == "form"
        for name in ("src", "href", "action", "srcset", "xlink:href"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or value == "data:,", (tag, value)
        assert not [name for name in attributes if name.startswith("on") or name == "style"], attributes
    assert "url(" not in office
    assert "@import" not in office


def test_the_policy_lets_nothing_run_but_the_pages_own(office: str) -> None:
    elements = Elements(office)
    policy = next(a["content"] for tag, a in elements.found if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    for tag in ("style", "script"):
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", office, re.DOTALL)
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert sum(name == tag for name, _ in elements.found) == 1
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_what_a_page_needs_to_be_read_aloud(office: str) -> None:
    elements = Elements(office).found
    assert ("html", {"lang": "en"}) in elements
    identities = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(identities) == len(set(identities))
    referred = [value for _, attributes in elements for name in ("aria-labelledby", "for") if (value := attributes.get(name))]
    assert {name for value in referred for name in value.split()} <= set(identities)
    assert all(attributes.get("scope") in ("row", "col") for tag, attributes in elements if tag == "th")
    assert [tag for tag, _ in elements if tag in ("main", "header", "footer", "caption", "h1")] == [
        *("header", "h1", "main", "caption", "footer")
    ]


HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>${1+1}{{7*7}}<@ x @>"


def test_nothing_of_the_clan_becomes_code(tmp_path: Path) -> None:
    quoted = HOSTILE.replace('"', '\\"').replace("${", "\\${")
    plain = tmp_path / "plain"
    hostile = tmp_path / "hostile"
    for folder, text in ((plain, "x"), (hostile, quoted)):
        lay_out(folder, 3)
        clan = folder / "clan.nix"
        clan.write_text(
            clan.read_text()
            .replace("/srv/photos", f"/srv/{text}")
            .replace('startAt = "Sun 04:00"', f'startAt = "{text}"')
            .replace("u123456@u123456.your-storagebox.de:./nas", f"u@{text}:./nas")
            .replace("nas = { }; };", f'nas.tags = [ "{text}" ]; }};')
        )
    one, other = Elements(page(plain)), Elements(page(hostile))

    def shape(elements: Elements) -> list[tuple[str, list[str]]]:
        return [
            (tag, sorted(attributes)) for tag, attributes in elements.found if tag not in ("li", "p", "code", "strong", "span")
        ]

    assert shape(one) == shape(other)
    assert [tag for tag, _ in other.found].count("script") == 1
    assert "img" not in [tag for tag, _ in other.found]


def test_compiled_templates_give_what_jinja_gives(office: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = environment.make_environment()
    used = []

    def by_jinja(name: str, **names: object) -> object:
        from clanback.drawing.markup import Markup

        used.append(name)
        return Markup(real.get_template(name).render(**names))

    monkeypatch.setattr(runtime, "page_template", by_jinja)
    monkeypatch.setattr("clanback.drawing.page.page_template", by_jinja)
    assert page(lay_out(tmp_path, 300)) == office
    assert sorted(used) == environment.template_names()


def test_undefined_names_are_errors_both_ways() -> None:
    with pytest.raises(runtime.TemplateRuntimeError):
        runtime.page_template("page.html", clan="x")
    with pytest.raises(jinja2.UndefinedError):
        environment.make_environment().get_template("page.html").render(clan="x")
