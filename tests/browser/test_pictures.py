"""Pictures of the main views in both schemes: rendered in each run, and kept in docs/pictures/ by `make pictures`."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from tests.browser.conftest import Home
from tests.browser.page import Page
from tests.browser.scene import Scene, delivered, play, prefer

KEPT = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES = 200_000
FEWEST_BYTES = 20_000  # an empty page is smaller
SIZE = {"width": 1360, "height": 900, "deviceScaleFactor": 1, "mobile": False}


def views(page: Page, home: Home, scene: Scene) -> dict[str, bytes]:
    """What each view looks like, by its name."""
    page.enter(f"requests/{scene.refused}", home.key)
    page.find("#request mark", "quantity")
    page.find("#chart svg")
    page.find("#watch", "live")
    inbox = picture(page)
    page.click("#request .actions a", "again")
    page.find("#foretold mark", "quantity")
    again = picture(page)
    with delivered(home) as order:
        page.script("location.hash = '#/destinations'")
        for state in ("healthy", "failing", "paused"):
            page.find("#destinations .state", state)
        page.until(lambda: len(page.all_text("#destinations .sparkline")) == 3, "the last hour")
        destinations = picture(page)
        page.script("location.hash = `#/requests/${arguments[0]}?search=%2Forders%2F106`", order)
        page.until(lambda: len(page.all_text("#deliveries-of-request .attempt")) == 3, "all attempts")
        page.until(lambda: len(page.all_text("#requests li")) == 3, "what was searched for")
        return {"inbox": inbox, "again": again, "destinations": destinations, "deliveries": picture(page)}


def picture(page: Page) -> bytes:
    page.script("document.activeElement.blur()")
    taken = page.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": False})
    return base64.b64decode(taken["data"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_main_views_can_be_seen_in_both_schemes(page: Page, home: Home, tmp_path: Path, scheme: str) -> None:
    folder = KEPT if os.environ.get("PICTURES") else tmp_path
    folder.mkdir(exist_ok=True)
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
    prefer(page.driver, scheme)
    for name, png in views(page, home, play(home)).items():
        (folder / f"{name}-{scheme}.png").write_bytes(png)
        assert FEWEST_BYTES < len(png) < MOST_BYTES
