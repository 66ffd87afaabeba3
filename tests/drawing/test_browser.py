"""The page in a real browser: no complaint, nothing loaded, usable with the keyboard alone, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cases.compare import run
from tests.drawing import driver
from tests.drawing.offices import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(driver.missing() is not None, reason=driver.missing() or "")


@pytest.fixture(scope="module")
def browser() -> Iterator[driver.Browser]:
    with driver.browser() as made:
        yield made


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    found = {}
    for count in (3, 300):
        folder = lay_out(tmp_path_factory.mktemp(f"clan{count}"), count)
        found[count] = folder / "page.html"
        assert run("--clan", str(folder), "graph", "--out", str(found[count]))[0] == 0
    return found


def visible(browser: driver.Browser) -> list[str]:
    names: list[str] = browser.run(
        "return [...document.querySelectorAll('tbody tr')].filter(r => r.offsetParent).map(r => r.dataset.name)"
    )
    return names


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("count", [3, 300])
def test_it_opens_without_a_complaint_and_loads_nothing(
    count: int, scheme: str, browser: driver.Browser, pages: dict[int, Path]
) -> None:
    browser.emulate(scheme)
    browser.console(), browser.requested()
    browser.open(pages[count].as_uri())
    assert len(visible(browser)) == count
    assert browser.console() == []
    assert browser.requested() == [pages[count].as_uri()]
    background = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(246, 248, 250)", "dark": "rgb(12, 17, 23)"}[scheme]
    assert browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert browser.screenshot().startswith(b"\x89PNG")


def test_the_browser_tells_when_something_is_loaded_or_run(browser: driver.Browser, pages: dict[int, Path]) -> None:
    browser.open(pages[3].as_uri())
    browser.console()
    browser.run("document.body.append(Object.assign(new Image(), {src: 'http://example.invalid/x.png'}))")
    browser.run("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\" onclick=\"alert(1)\">x</p>')")
    browser.run("document.querySelector('p[onclick]').click()")
    complaints = "\n".join(browser.console())
    assert "img-src" in complaints
    assert "script-src" in complaints
    assert "style-src" in complaints


def test_it_fits_on_a_telephone(browser: driver.Browser, pages: dict[int, Path]) -> None:
    browser.open(pages[300].as_uri())
    browser.command("window/rect", {"width": 480, "height": 900})
    try:
        assert browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    finally:
        browser.command("window/rect", {"width": 1400, "height": 1000})


def test_everything_can_be_done_with_the_keyboard(browser: driver.Browser, pages: dict[int, Path]) -> None:
    browser.open(pages[300].as_uri())
    active = "const e = document.activeElement; return e.id || e.getAttribute('class') || e.tagName"
    browser.press("tab")
    assert browser.run(active) == "skip"
    assert browser.run("return document.activeElement.getBoundingClientRect().left >= 0"), (
        "the link is seen when it has the focus"
    )
    browser.press("enter")
    assert browser.run(active) == "machines"
    browser.press("tab")
    assert browser.run(active) == "filter"
    browser.press(*"vault")
    assert "vault" in visible(browser)
    assert 1 < len(visible(browser)) < 300
    assert browser.run("return document.getElementById('shown').textContent") == f"{len(visible(browser))} of 300 machines"
    browser.press("tab", "tab")
    assert browser.run(active) == "reset"
    browser.press("space")
    browser.run("return new Promise(done => setTimeout(done, 50))")
    assert len(visible(browser)) == 300
    browser.press("tab", "tab")
    assert browser.run(active) == "sort"
    browser.press("enter")
    assert browser.run("return document.querySelector('thead th').getAttribute('aria-sort')") == "descending"
    assert visible(browser) == sorted(visible(browser), reverse=True)
    assert browser.console() == []


def test_a_box_of_the_graph_shows_its_machines(browser: driver.Browser, pages: dict[int, Path]) -> None:
    browser.open(pages[300].as_uri())
    browser.run("document.querySelector('figure .scroll').focus()")
    browser.press("tab")
    label = browser.run("return document.activeElement.getAttribute('aria-label')")
    assert browser.run("return document.querySelector('svg').classList.contains('chosen')"), "what it is linked with stands out"
    count = int(label.split()[0])
    browser.press("enter")
    assert len(visible(browser)) == count
    assert browser.run("return document.activeElement.id") == "machines"
    browser.run("document.querySelector('a.outside').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))")
    assert visible(browser) == ["nas-north", "nas-south", "nas-west", "vault"], "of a place outside: who saves to it"


def test_every_text_of_the_picture_stays_in_its_box(browser: driver.Browser, pages: dict[int, Path]) -> None:
    for page in pages.values():
        browser.open(page.as_uri())
        wide = browser.run(
            """return [...document.querySelectorAll('svg a.node')].filter(node => {
                 const card = node.querySelector('.card').getBBox();
                 const box = text => text.getBBox();
                 const texts = [...node.querySelectorAll('text')].map(box);
                 const [pill] = [...node.querySelectorAll('.pill')].map(box);
                 const note = box(node.querySelector('.note'));
                 return texts.some(b => b.x < card.x || b.x + b.width > card.x + card.width)
                     || (pill && note.width && note.x + note.width > pill.x);
               }).map(node => node.getAttribute('aria-label'))"""
        )
        assert wide == []
