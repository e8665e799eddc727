"""The curl lines of docs/orders.md, run as they stand against a real server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes import RunningClock
from tests.handlers.web.order_client import KEY, SECRET
from tests.handlers.web.signing_server import serving

DOCUMENT = (Path(__file__).parents[3] / "docs" / "orders.md").read_text(encoding="utf-8")
SECTION = DOCUMENT.partition("\n## API\n")[2].partition("\n## ")[0]
NEEDED = ("bash", "curl", "openssl")


@pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)}")
def test_the_curl_lines_do_what_the_document_says(tmp_path: Path) -> None:
    script, *calls = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
    with serving(tmp_path / "shop.db", signs=False, clock=RunningClock(datetime.now(UTC))) as address:
        environment = {**os.environ, "SHOP": address, "XIAOER_API_KEY": KEY, "XIAOER_API_SECRET": SECRET}
        lines = "\necho\n".join([script, *calls]).replace("\nsigned", "\necho; signed")
        done = subprocess.run(
            ["bash", "-eu"], input=lines, env=environment, capture_output=True, text=True, check=True, timeout=60
        )
    created, batch, page, order, notes = (json.loads(line) for line in done.stdout.split("\n") if line)
    assert created == json.loads(re.findall(r"```json\n(.*?)```", SECTION, re.DOTALL)[0])
    assert (batch["stored"], [row["fields"] for row in batch["refused"]]) == (2, [["at"]])
    assert [held["order_no"] for held in page["orders"]] == ["A-1001"]
    assert page["orders"][0]["address"]["phone"] != order["address"]["phone"] == "13800001111"
    assert (order["status"], order["tracking_no"]) == ("shipped", "75312345678901")
    assert [note["content"] for note in notes["notes"]][-1] == "gift card wanted"
