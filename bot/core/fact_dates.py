"""Days as people say them: 明天, 下周五, 12月5日, 5号, in 3 days, next Friday, Dec 5, 2026-12-05."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.core.understanding.numerals import NUMBER, value

_ISO = re.compile(r"(?<!\d)(20\d{2})[-/.年]\s*(\d{1,2})[-/.月]\s*(\d{1,2})(?!\d)")
_MONTH_DAY = re.compile(
    rf"(?<!\d)({NUMBER})月\s*({NUMBER})\s*[日号]?|(?<![\d/.-])(\d{{1,2}})[/.](\d{{1,2}})(?![\d/.%-])"
)
_DAY = re.compile(rf"(?<![\d月])({NUMBER})\s*[号日](?!子|常)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EN = re.compile(
    rf"\b({'|'.join(_MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"|\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({'|'.join(_MONTHS)})[a-z]*\b"
)
_AHEAD = re.compile(
    rf"({NUMBER})\s*(天|周|个?星期|个?礼拜|个月)(?:后|以后|之后|内|之内|以内)"
    r"|\b(?:in|within) (\d{1,3}|a|an|one|two|three|four) (day|week|month)s?\b"
)
_WEEKDAY = re.compile(
    r"(下下|下|这|本)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])"
    r"|\b(next |this )?(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
)
_ZH_DAYS = "一二三四五六日"
_EN_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMED = {"大后天": 3, "后天": 2, "明天": 1, "明日": 1, "今天": 0, "今日": 0}
_EN_NAMED = {"day after tomorrow": 2, "tomorrow": 1, "today": 0}
_FURTHEST_DAYS = 3660


def read_date(plain: str, now: datetime) -> str | None:
    """The day said in normalised words, as ``2026-12-05``; one without a year is the next such day from ``now`` on."""
    today = now.date()
    found = _whole(plain) or _named(plain, today) or _ahead(plain, today) or _by_weekday(plain, today)
    found = found or _without_year(plain, today)
    return found.isoformat() if found else None


def read_past(plain: str, now: datetime) -> str | None:
    """As :func:`read_date`, of something that has happened: without a year the last such day, and never one to come."""
    today = now.date()
    found = _whole(plain) or _named_before(plain, today) or _ago(plain, today) or _weekday_before(plain, today)
    if found is None and (coming := _without_year(plain, today)) is not None:
        found = coming if coming <= today else _last_year(coming)
        alone = _MONTH_DAY.search(plain) is None and _EN.search(plain) is None
        # "the 5th", said on the 3rd, is of the month before.
        found = _month_before(coming.day, today) if alone and coming > today else found
    return found.isoformat() if found is not None and found <= today else None


_NAMED_BEFORE = {"大前天": 3, "前天": 2, "昨天": 1, "昨日": 1, "今天": 0, "今日": 0}
_EN_NAMED_BEFORE = {"day before yesterday": 2, "yesterday": 1, "today": 0}
_AGO = re.compile(
    rf"({NUMBER})\s*(天|周|个?星期|个?礼拜|个月)(?:前|以前|之前)"
    r"|\b(\d{1,3}|a|an|one|two|three|four) (day|week|month)s? ago\b"
)
_WEEKDAY_BEFORE = re.compile(
    r"(上|这|本)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])|\b(last )?(mon|tue|wed|thu|fri|sat|sun)[a-z]*"
)


def _named_before(plain: str, today: date) -> date | None:
    for names in (_NAMED_BEFORE, _EN_NAMED_BEFORE):
        for name, days in names.items():
            if name in plain:
                return _after(today, -days)
    return None


def _ago(plain: str, today: date) -> date | None:
    said = _AGO.search(plain)
    count = value(said[1] or said[3]) if said else None
    if said is None or count is None:
        return None
    unit = said[2] or said[4]
    days = 30 if "月" in unit or unit == "month" else 1 if unit in ("天", "day") else 7
    return _after(today, -int(min(count, _FURTHEST_DAYS)) * days)


def _weekday_before(plain: str, today: date) -> date | None:
    said = _WEEKDAY_BEFORE.search(plain)
    if said is None:
        return None
    day = _ZH_DAYS.index("日" if said[2] == "天" else said[2]) if said[2] else _EN_DAYS.index(said[4])
    if said[1] == "上":
        return _after(today, day - today.weekday() - 7)
    back = (today.weekday() - day) % 7
    return _after(today, -(back or 7 * bool(said[3])))


def _last_year(day: date) -> date | None:
    return _day(day.year - 1, day.month, day.day)


def _month_before(day: int, today: date) -> date | None:
    """This month's, or that of the month before where this one's is still to come."""
    if day <= today.day:
        return _day(today.year, today.month, day)
    year, month = (today.year - 1, 12) if today.month == 1 else (today.year, today.month - 1)
    return _day(year, month, day)


def _whole(plain: str) -> date | None:
    said = _ISO.search(plain)
    return _day(int(said[1]), int(said[2]), int(said[3])) if said else None


def _named(plain: str, today: date) -> date | None:
    for names in (_NAMED, _EN_NAMED):
        for name, days in names.items():
            if name in plain:
                return _after(today, days)
    if "月底" in plain or "end of the month" in plain or "month end" in plain:
        return _after((today.replace(day=1) + timedelta(days=32)).replace(day=1), -1)
    return None


def _ahead(plain: str, today: date) -> date | None:
    said = _AHEAD.search(plain)
    if said is None:
        return None
    count, unit = value(said[1] or said[3]), said[2] or said[4]
    if count is None:
        return None
    days = 30 if "月" in unit or unit == "month" else 1 if unit in ("天", "day") else 7
    return _after(today, int(min(count, _FURTHEST_DAYS)) * days)


def _by_weekday(plain: str, today: date) -> date | None:
    said = _WEEKDAY.search(plain)
    if said is None:
        return None
    day = _ZH_DAYS.index("日" if said[2] == "天" else said[2]) if said[2] else _EN_DAYS.index(said[4][:3])
    weeks = {"下": 1, "下下": 2}.get(said[1] or "", 1 if said[3] == "next " else 0)
    found = _after(today, day - today.weekday() + 7 * weeks)
    return found if found is None or found >= today else _after(found, 7)


def _without_year(plain: str, today: date) -> date | None:
    said = _MONTH_DAY.search(plain)
    if said:
        return _coming(today, value(said[1] or said[3]), value(said[2] or said[4]))
    english = _EN.search(plain)
    if english:
        return _coming(today, _MONTHS.index(english[1] or english[4]) + 1, float(english[2] or english[3]))
    alone = _DAY.search(plain)
    day = value(alone[1]) if alone else None
    if day is None:
        return None
    month = today.month if day >= today.day else today.month % 12 + 1
    return _coming(today, month, day)


def _coming(today: date, month: float | None, day: float | None) -> date | None:
    if month is None or day is None:
        return None
    found = _day(today.year, int(month), int(day))
    # 29 February may be missing this year.
    return found if found and found >= today else _day(today.year + 1, int(month), int(day))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _after(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None
