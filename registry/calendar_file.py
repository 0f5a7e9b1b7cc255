"""Deadlines as an iCalendar file (RFC 5545): days that any calendar shows, and that a second import does not double."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from registry.days import day_of
from registry.gate import folded
from registry.words import word
from rules.period import FAR_AHEAD, Day
from rules.text import Language

Row = Mapping[str, Any]


def calendar_file(rows: Sequence[Row], language: Language, stamp: datetime) -> bytes:
    """One event of whole days for each row that has a day; `stamp` is when the file was made."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Regelruimte//register//NL")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", word("deadlines", language))
    for row in rows:
        day = day_of(row["day"])
        if day is None or day.last == FAR_AHEAD:
            continue
        event = Event()
        event.add("uid", _uid(row, day))
        event.add("dtstamp", stamp)
        event.add("dtstart", day.first)
        event.add("dtend", day.last + timedelta(days=1))
        event.add("summary", folded(summary(row, language)))
        event.add("description", folded(_description(row)))
        event.add("categories", [row["kind"]])
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def summary(row: Row, language: Language) -> str:
    """What has to happen, and on which measure."""
    advice = f" [{word('advice', language)}]" if row["advice"] else ""
    return f"{word('kind ' + row['kind'], language)}{advice}: {row['measure'] or row['title']}"


def _description(row: Row) -> str:
    on = "; ".join(f"{each['instrument_name']}: {', '.join(each['parts'])}" for each in row["on"])
    cited = f" ({row['law']}, {row['citation']})" if row["citation"] else ""
    return f"{row['title']}{f' – {on}' if on else ''}. {row['says']}{cited}"


def _uid(row: Row, day: Day) -> str:
    """The same for the same deadline, whatever its wording."""
    named = [
        row["kind"],
        row["measure"],
        str(day),
        row["law"],
        row["citation"],
        *(each["instrument"] for each in row["on"]),
    ]
    return f"{sha256('|'.join(map(str, named)).encode()).hexdigest()[:32]}@regelruimte"
