"""Run under the shim of disk.c: a process that has loaded everything forks a child a trial, and tells what came of it.

Each line that it reads is `PATH NUMBER KIND MODE`; for each it writes `ack KEY`, `refused KEY` …, and at last
`ended STATUS SEEN`. In mode `early` an act is acknowledged before it is recorded, in mode `apart` each statement is a
transaction of its own.
"""

import ctypes
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from registry import sqlite
from registry.acts import perform
from registry.database import Database
from registry.guards import Act
from registry.refusals import DatabaseRefused
from rules.engine import twin_engine
from tests.registers import NAME

ACTS = 2
shim = ctypes.CDLL(None)


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def acts(path: str, mode: str) -> None:
    """Some acts, one after another; what the register refuses is told."""
    database, early = None, mode == "early"
    if mode == "apart":
        sqlite.writing = lambda path: sqlite._engine(path, "SELECT 1")
    for number in range(ACTS):
        key = f"act-{number}"
        if early:
            tell(f"ack {key}")
        try:
            database = database or Database(path)
            act = Act("note", NAME, key, b"a document that comes with it" * 200, {"reasons": "x"})
            perform(database, act, "eva", datetime.now(UTC), twin_engine, Path())
        except DatabaseRefused:
            tell(f"refused {key}")
            continue
        if not early:
            tell(f"ack {key}")
    if database:
        database.close()


for order in sys.stdin:
    path, number, kind, mode = order.split()
    child = os.fork()
    if child == 0:
        shim.fault_plan(int(number), int(kind))
        acts(path, mode)
        shim.fault_end()
        tell(f"seen {shim.fault_seen()}")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    tell(f"ended {os.waitstatus_to_exitcode(status)}")
