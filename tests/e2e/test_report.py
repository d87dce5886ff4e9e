"""The report in a real browser: quiet, complete, readable on a phone, printable."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from overt.publish.report import write
from tests.unit.publish.study_fixture import Plan, build

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = _chromium()
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is on the path and CHROMIUM is not set")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    plans = {"found": Plan(), "minutes": Plan(sizes=(5,), resolution_ms=60_000), "nothing": Plan(sizes=())}
    return {name: write(build(folder / name, plan), folder / f"{name}.html") for name, plan in plans.items()}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("name", ["found", "minutes", "nothing"])
def test_it_is_quiet_and_fits(page: Page, reports: dict[str, Path], name: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(reports[name].as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
    assert {url for url in asked if not url.startswith("data:")} == {reports[name].as_uri()}


def test_the_first_screen_of_a_phone_says_what_was_found(page: Page, reports: dict[str, Path]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reports["found"].as_uri())
    box = page.locator("h1").bounding_box()
    caution = page.locator(".caution").bounding_box()
    assert box is not None
    assert caution is not None
    assert box["y"] + box["height"] < 400
    assert caution["y"] + caution["height"] < 844
    assert "3 groups, 37 accounts" in page.locator("h1").inner_text()


def test_pictures_have_size_and_a_name(page: Page, reports: dict[str, Path]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reports["found"].as_uri())
    pictures = page.locator("#G1 figure svg[role=img]:visible").all()
    assert len(pictures) >= 3
    for picture in pictures:
        assert picture.get_attribute("aria-label")
        box = picture.bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert box["height"] > 20


def test_text_stands_out_in_light_and_dark(page: Page, reports: dict[str, Path]) -> None:
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        page.goto(reports["found"].as_uri())
        for selector in ("h1", ".note", "figcaption", "nav a", ".caution"):
            ratio = page.locator(selector).first.evaluate(_CONTRAST)
            assert ratio >= 4.5, (scheme, selector, ratio)


def test_it_prints(page: Page, reports: dict[str, Path], tmp_path: Path) -> None:
    page.goto(reports["found"].as_uri())
    path = tmp_path / "report.pdf"
    page.pdf(path=str(path), format="A4")
    data = path.read_bytes()
    assert data.startswith(b"%PDF-")
    assert 5 <= data.count(b"/Type /Page\n") <= 60


_CONTRAST = """element => {
  const light = rgb => {
    const [r, g, b] = rgb.match(/[0-9.]+/g).slice(0, 3).map(v => {
      v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    });
    return .2126 * r + .7152 * g + .0722 * b;
  };
  let behind = element;
  while (behind && /rgba\\(0, 0, 0, 0\\)|transparent/.test(getComputedStyle(behind).backgroundColor))
    behind = behind.parentElement;
  const pair = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(light).sort();
  return (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
}"""
