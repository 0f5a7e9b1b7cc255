"""Acts and commands on a disk that fills up, is made room on, and fills up again; run where that is so.

`python -m tests.faults.filling FOLDER ORIGINAL OUT MODE`: a copy of the register ORIGINAL stands in FOLDER, which fills
up; what came of it goes to OUT, with `told.json`. In mode `early` an act is acknowledged before it is recorded, in mode
`apart` each statement is a transaction of its own.
"""

import io
import json
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from registry import sqlite
from registry.cli import main
from registry.database import Database
from registry.refusals import DatabaseRefused
from registry.store import entries_in
from tests.registers import NAME, do

ROUNDS, LEFT = 3, 120_000  # bytes that are left where acts begin

folder, original, out = (Path(each) for each in sys.argv[1:4])
mode = sys.argv[4]
register, ballast = folder / "register.db", folder / "ballast"
WHAT = ("acknowledged", "refused", "read", "full", "left", "alone", "after")
told: dict[str, list[Any]] = {each: [] for each in WHAT}
if mode == "apart":
    sqlite.writing = lambda path: sqlite._engine(path, "SELECT 1")


def filled(left: int) -> None:
    """Fills the disk but for so many bytes."""
    with ballast.open("ab", buffering=0) as taken:
        for size in (4096, 1):
            try:
                while taken.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
        taken.truncate(taken.tell() - left)


def act(database: Database, key: str) -> bool:
    """One act with a document; whether it was recorded."""
    if mode == "early":
        told["acknowledged"].append(key)
    try:
        do(database, "eva", "note", f"{key} " * 1000, key=key, name=NAME, reasons="x")
    except DatabaseRefused as refused:
        told["refused"].append([key, refused.why.nl])
        return False
    if mode != "early":
        told["acknowledged"].append(key)
    return True


def command(*said: str) -> tuple[list[str], int, str]:
    """A command as a user gives it; its exit code and what it says of what went wrong."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr):
        code = main([*said])
    return list(said), code, stderr.getvalue()


def commands() -> list[tuple[list[str], int, str]]:
    at = ["--register", str(register)]
    return [
        command("note", NAME, "--reasons", "x", "--as", "eva", *at),
        command("backup", str(folder / "copy.db"), *at),
        command("init", "--register", str(folder / "new.db")),
        command("audit", "key", "register.example/full", "--output", str(folder / "key")),
        command("in-force", "--on", "2027-01-01", *at),
    ]


shutil.copy(original, register)
database = Database(register)
for turn in range(1 if mode == "apart" else ROUNDS):
    filled(LEFT)
    number = 0
    while act(database, f"{turn}.{number}"):
        number += 1
    if mode == "apart":
        break
    with database.reading() as session:
        told["read"].append([each.id for each in entries_in(session)])
    filled(0)
    told["full"] += commands()
    told["left"] += [name for name in ("copy.db", "key") if (folder / name).exists()]
    ballast.unlink()
    told["after"].append(act(database, f"{turn}.after"))
database.close()
if mode != "apart":
    filled(0)
    told["alone"] += commands()
    ballast.unlink()
    told["after"] += commands()
for file in folder.glob("register.db*"):
    shutil.copy(file, out)
(out / "told.json").write_text(json.dumps(told), encoding="utf-8")
