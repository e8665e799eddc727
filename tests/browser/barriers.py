"""What axe-core finds in the way of people, in every look a page has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_DESKTOP = {"width": 1280, "height": 860}
_PHONE = {"width": 390, "height": 844}
_ALL = "axe.run(document, {resultTypes: ['violations']})"
#: All that another color scheme can change.
_COLORS = "axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'rule', values: ['color-contrast']}})"


def barriers(page: Page, rules: str = _ALL) -> list[str]:
    """What it calls serious or critical, as the page looks now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found: dict[str, Any] = page.evaluate(rules)
    return [
        f"{v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['failureSummary']}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ]


def barriers_everywhere(page: Page) -> list[str]:
    """Light and dark, on a desktop and on a phone, whose width it must also fit; left as on a desktop, light."""
    found = []
    for name, size in (("phone", _PHONE), ("desktop", _DESKTOP)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found += [f"{name}, dark: {barrier}" for barrier in barriers(page, _COLORS)]
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        found += [f"{name}: {barrier}" for barrier in barriers(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name}: wider than the screen")
    return found
