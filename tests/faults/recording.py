"""Run under the shim of trace.c: acts on a register, each acknowledged in the trace once it is recorded.

`python -m tests.faults.recording REGISTER NOTES SYNCHRONOUS`; the last is how SQLite waits for the disk.
"""

import ctypes
import sys
from itertools import count

from registry import sqlite
from registry.acts import add_person, erase_person
from registry.database import Database
from tests.registers import DECISION, GOOD, MEASURE, NOW, do

path, notes, synchronous = sys.argv[1:]
shim = ctypes.CDLL(None)
keys = count()
sqlite.SETTINGS = (*sqlite.SETTINGS, f"synchronous={synchronous}")


def acts(database: Database, person: str, kind: str, text: str | None = None, **data: object) -> None:
    key = f"act-{next(keys)}"
    do(database, person, kind, text, key=key, **data)
    shim.trace_acknowledged(key.encode())


register = Database(path)
acts(register, "eva", "submit", MEASURE)
acts(register, "sam", "agree", on="2026-11-10")
acts(register, "vera", "decide", DECISION, **GOOD)
acts(register, "vera", "publish", on="2026-11-21", source="Staatscourant")
gone = add_person(register, "gerda", "Gerda", "adviser", "gm0917", NOW, first=NOW.date(), last=NOW.date())
shim.trace_acknowledged(gone.id.encode())
for number in range(int(notes)):
    acts(register, "eva", "note", reasons=f"{number} " * (1 + 400 * (number % 3)))
    if number % 5 == 4:  # the last who closes takes the write-ahead log in and away
        register.close()
        register = Database(path)
later = NOW.replace(month=12)
shim.trace_acknowledged(erase_person(register, "gerda", "rik", "asked for", later).id.encode())
register.sweep()
acts(register, "eva", "note", reasons="the last", now=later)
register.close()
