"""SMS as lines of a file."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import pytest

from bot.adapters.sms_log import SmsLog
from bot.core.ports_rounds import SmsRefused
from tests.fakes import FakeClock


async def test_each_sms_is_one_line_that_only_the_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "new" / "sms.jsonl"
    sms = SmsLog(file, FakeClock())
    await asyncio.gather(*(sms.send(f"1380000{n:04}", "您好\n“亲”") for n in range(50)))
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert sorted(line["phone"] for line in lines) == [f"1380000{n:04}" for n in range(50)]
    assert {line["text"] for line in lines} == {"您好\n“亲”"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_what_is_no_number_or_cannot_be_written_is_refused_without_the_number(tmp_path: Path) -> None:
    with pytest.raises(SmsRefused) as refused:
        await SmsLog(tmp_path / "a.jsonl", FakeClock()).send("=HYPERLINK(1)", "x")
    assert "HYPERLINK" not in str(refused.value)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SmsRefused):
        await SmsLog(tmp_path / "file" / "a.jsonl", FakeClock()).send("13800001111", "x")


async def test_lines_are_taken_out_while_others_append_and_none_is_lost(tmp_path: Path) -> None:
    clock = FakeClock()
    here, elsewhere = (SmsLog(tmp_path / "sms.jsonl", clock) for _ in range(2))
    await here.send("+86 138-0000-1111", "您好")
    sent = (elsewhere.send(f"1390000{n:04}", "您好") for n in range(40))
    counts = await asyncio.gather(*(here.erase(["13800001111"]) for _ in range(5)), *sent)
    assert sum(count for count in counts if count) == 1
    left = [json.loads(line)["phone"] for line in (tmp_path / "sms.jsonl").read_text("utf-8").splitlines()]
    assert sorted(left) == [f"1390000{n:04}" for n in range(40)]
    assert stat.S_IMODE((tmp_path / "sms.jsonl").stat().st_mode) == 0o600


async def test_nothing_is_taken_out_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert await SmsLog(tmp_path / "none.jsonl", FakeClock()).erase(["13800001111"]) == 0
    assert not (tmp_path / "none.jsonl").exists() and not (tmp_path / "none.jsonl.lock").exists()
