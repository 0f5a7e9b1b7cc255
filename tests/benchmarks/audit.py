"""How long an audit of a register takes, level by level, against hashing the same bytes once.

    uv run python -m tests.benchmarks.audit [ENTRIES]

The log is made up: measures that are submitted, granted and made known, with notes. Writing it is not measured.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert, text

from registry.audit import tree
from registry.audit.bytes_level import bytes_level
from registry.audit.levels import file_level, history_level, state_level
from registry.audit.note import LOG, Checkpoint, new_signer, signed
from registry.audit.people_level import people_level
from registry.audit.signing import proof_of
from registry.database import Database
from registry.entries import Entry, moment
from registry.projection import all_rows
from registry.store import nodes_in
from registry.tables import DocumentRow, EntryRow, ExemptionRow, MeasureRow, NodeRow, RoleRow

START = datetime(2026, 1, 1, tzinfo=UTC)
DOCUMENT = b"made for a benchmark"
SHA = sha256(DOCUMENT).hexdigest()
ROLES = {"eva": ("submitter", "gm0001"), "vera": ("decider", "vro")}


def entries(count: int) -> Iterator[Entry]:
    """The log: two people, then five acts on each measure."""
    number = 0

    def entry(kind: str, subject: str, person: str, role: str, body: str, data: dict[str, Any]) -> Entry:
        nonlocal number
        recorded = START + timedelta(seconds=number)
        document = SHA if kind in ("submit", "decide") else None
        made = Entry(number, kind, f"key-{number}", subject, person, role, recorded, document, {**data, "body": body})
        number += 1
        return made

    for person, (role, body) in ROLES.items():
        days = {"first": "2026-01-01", "last": "9999-12-31"}
        yield entry("person", person, person, role, body, {"role": role, "tooi": "x", "mandate": "", **days})
    while number < count:
        name = f"measure-{number}"
        title = {"nl": f"Maatregel {number}", "en": f"Measure {number}"}
        about = {
            "title": title, "municipality": "GM0001", "areas": ["area"], "parts": [name], "names": [name],
            "domains": ["wonen"], "instruments": ["wbmgp/priority"],
        }  # fmt: skip
        yield entry("submit", name, "eva", "submitter", "gm0001", {"verdict": "eligible", "about": about})
        term = {"first": "2026-02-01", "last": "2030-01-31"}
        what = {"part": name, "area": "area", "instrument": "wbmgp/priority", "municipality": "GM0001", **term}
        granted = {"verdict": "eligible", "outcome": "granted", "on": "2026-01-10", "exemptions": [what]}
        yield entry("decide", name, "vera", "decider", "vro", granted)
        yield entry("publish", name, "vera", "decider", "vro", {"on": "2026-01-12", "source": "Staatscourant"})
        yield entry("note", name, "eva", "submitter", "gm0001", {"reasons": "een aantekening van enige lengte " * 3})
        yield entry("note", name, "vera", "decider", "vro", {"reasons": "gezien"})


def written(path: Path, count: int) -> int:
    """Makes the register; how many entries it has."""
    Database(path, create=True).close()
    engine = create_engine(f"sqlite:///{path}")
    nodes: dict[tuple[int, int], bytes] = {}
    log = list(entries(count))
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER exemption_overlap_insert"))  # a million of its searches, for no entry
        connection.execute(
            insert(EntryRow),
            [
                {
                    "number": each.number, "id": each.id, "kind": each.kind, "subject": each.subject,
                    "recorded": moment(each.recorded), "content": each.content,
                }
                for each in log
            ],
        )  # fmt: skip
        connection.execute(insert(DocumentRow), [{"sha256": SHA, "content": DOCUMENT}])
        for each in log:
            for level, at, made in tree.completed(each.number, tree.leaf(each.content), lambda *key: nodes[key]):
                nodes[level, at] = made
        connection.execute(
            insert(NodeRow), [{"level": up, "position": at, "hash": of} for (up, at), of in nodes.items()]
        )
        nodes.clear()
        for table, rows in zip((MeasureRow, ExemptionRow), all_rows(log), strict=True):
            connection.execute(insert(table), rows)
        days = {"first": START.date(), "last": date.max}
        roles = [{"person": who, "role": r, "body": b, "mandate": "", **days} for who, (r, b) in ROLES.items()]
        connection.execute(insert(RoleRow), roles)
        connection.execute(text("UPDATE head SET size = :size"), {"size": len(log)})
    engine.dispose()
    return len(log)


def peak() -> float:
    """The most memory that this process had, in megabytes; what is inherited from the one that wrote is not in it."""
    stated = Path("/proc/self/status").read_text(encoding="ascii")
    return int(stated.split("VmHWM:")[1].split()[0]) / 1024


def timed(what: str, yardstick: float, do: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = do()
    took = time.perf_counter() - started
    print(f"| {what} | {took:.2f} s | {took / yardstick:.1f} | {peak():.0f} MB |", flush=True)
    return result


def measure(path: Path, size: int) -> None:
    database = Database(path)
    signer = new_signer("register.example/benchmark", LOG)
    with database.reading() as session:
        started = time.perf_counter()
        for (content,) in session.execute(text("SELECT content FROM entry").execution_options(yield_per=1000)):
            sha256(content).digest()
        yardstick = time.perf_counter() - started
        print(f"| reading and hashing {size:,} entries once (yardstick) | {yardstick:.2f} s | 1 | |")
        root = timed("root from the stored nodes", yardstick, lambda: tree.root(size, nodes_in(session)))
        point = signed(Checkpoint(signer.name, size, root), signer)
        timed("proof of one entry", yardstick, lambda: proof_of(session, str(size // 2), point))
        found = timed("level bytes", yardstick, lambda: bytes_level(session, [size], lambda *_: None))
        levels = [found, history_level(found, [("kept", point)], signer.verifier)]
        levels.append(timed("level state", yardstick, lambda: state_level(session, size, lambda *_: None)))
        levels.append(timed("level people", yardstick, lambda: people_level(session, size, lambda *_: None)))
        levels.append(timed("level file", yardstick, lambda: file_level(session)))
        wrong = [each.code for level in levels for each in level.findings]
        assert set(wrong) <= {"trigger"}, wrong  # the one that was taken away to write this
    database.close()


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]), int(sys.argv[3]))
        return
    count = int(sys.argv[1]) if sys.argv[1:] else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.db"
        size = written(path, count)
        print("| | took | × yardstick | peak so far |\n|---|---|---|---|", flush=True)
        said = [sys.executable, "-m", "tests.benchmarks.audit", "--measure", str(path), str(size)]
        subprocess.run(said, check=True)  # apart, so that its memory is that of an audit


if __name__ == "__main__":
    main()
