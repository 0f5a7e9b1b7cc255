"""All checks of the past, each under its own rules: ours in this process, others in a process that has only those.

Rules in a register are data, and are read as all documents are. Code is never taken from a register: what judges is
the code of this version, also where an entry was made under another.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sqlmodel import Session

from registry.audit.past import Gone, Past
from registry.audit.replay import CHECKED, Replayed, replayed, without_rules
from registry.audit.rows import Row, as_bytes, entry_in, log_rows
from registry.database import Database, address_of
from registry.rule_package import DATA, SCHEMA, shipped_package
from registry.tables import DocumentRow
from rules.lawbook import shipped_lawbook
from rules.text import Text

Told = Callable[[int], None]  # the number of the entry that was come to


def replays(session: Session, told: Told = lambda _: None) -> Iterator[Replayed]:
    """Every check that the log records, made again: those under our rules first, then those under each other rules."""
    ours: dict[str, bool] = {}
    past = Past(partial(bytes_of, session))
    for row, entry in _read(session, told):
        if entry is None:
            if row.kind in CHECKED:
                yield Replayed(row.number, row.subject, row.kind, "", "cannot", (_NO_ENTRY,))
            continue
        if entry["kind"] in CHECKED:
            rules = entry["data"].get("rules")
            if rules is None:
                yield without_rules(entry, since=bool(ours))
            elif ours.setdefault(str(rules), _are_ours(session, str(rules))):
                yield replayed(entry, past, shipped_lawbook())
        past.add(entry)
    for rules in (each for each, mine in ours.items() if not mine):
        yield from _elsewhere(session, rules, told)


_NO_ENTRY = Text("de bytes zijn geen regel van een log", "the bytes are no entry of a log")


def _read(session: Session, told: Told) -> Iterator[tuple[Row, dict[str, Any] | None]]:
    """Each row of the log with the entry in it, None where there is none."""
    for row in log_rows(session):
        told(row.number)
        yield row, entry_in(row.content)


def _entries(session: Session, told: Told) -> Iterator[dict[str, Any]]:
    return (entry for _, entry in _read(session, told) if entry is not None)


_SHA256 = re.compile("[0-9a-f]{64}")  # a server takes no text with just anything in it


def bytes_of(session: Session, sha: str) -> bytes:
    """The document with that SHA-256; Gone where it is not there, or is no longer what it was."""
    row = session.get(DocumentRow, sha) if _SHA256.fullmatch(sha) else None
    if row is None:
        raise Gone(f"document {sha}")
    content = as_bytes(row.content)
    session.expunge(row)
    if sha256(content).hexdigest() != sha:
        raise Gone(f"document {sha}")
    return content


def files_of(session: Session, rules: str) -> Mapping[str, str]:
    """The files of those rules, each with its SHA-256; Gone where the manifest is not there, or is none."""
    try:
        stated = json.loads(bytes_of(session, rules))
        named = dict(stated["files"])
        if stated["schema"] == SCHEMA and all(DATA.fullmatch(name) for name in named):
            return named
    except (KeyError, TypeError, ValueError):
        pass
    raise Gone(f"document {rules}")


def _are_ours(session: Session, rules: str) -> bool:
    """Whether those rules are the ones of this version, whatever code they were used with."""
    try:
        found = files_of(session, rules)
    except Gone:
        return False
    return found == {name: sha256(content).hexdigest() for name, content in shipped_package().files.items()}


# ---- other rules than ours ----

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from registry.audit.rulebooks import _there; _there()"


def _elsewhere(session: Session, rules: str, told: Told) -> Iterator[Replayed]:
    """The checks under those rules, by a process in which they stand where ours do here."""
    came_back: set[int] = set()
    with tempfile.TemporaryDirectory(prefix="regelruimte-rules-") as folder:
        try:
            _put_down(session, rules, Path(folder, "rules"))
            why = ""
            for each in _told_by(session, rules, folder):
                came_back.add(each.entry)
                told(each.entry)
                yield each
        except (Gone, _Ended) as error:
            why = str(error)
    says = Text(f"onder de regels van toen gaat het niet: {why}", f"not possible under the rules of then: {why}")
    for entry in _entries(session, told):
        named = entry["kind"] in CHECKED and entry["data"].get("rules") == rules
        if named and entry["number"] not in came_back:
            yield Replayed(entry["number"], entry["subject"], entry["kind"], rules, "cannot", (says,))


class _Ended(Exception):
    """The process came to an end before its work did."""


def _put_down(session: Session, rules: str, folder: Path) -> None:
    """The library with our code and those rules; Gone where one of their files is."""
    named = files_of(session, rules)
    with as_file(files("rules")) as library:
        for each in library.rglob("*.py"):
            _copy(each, folder / each.relative_to(library))
    for name, sha in named.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes_of(session, sha))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _told_by(session: Session, rules: str, folder: str) -> Iterator[Replayed]:
    asked = json.dumps({"register": address_of(session), "rules": rules})
    said = [sys.executable, "-c", _PROGRAM, folder, *sys.path]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as wrong,
        subprocess.Popen(  # noqa: S603 - this interpreter, with a program written above
            said, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=wrong, encoding="utf-8"
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        process.stdin.write(asked)  # a password in the address is nobody's to see on a command line
        process.stdin.close()
        for line in process.stdout:
            stated = json.loads(line)
            yield Replayed(**{**stated, "says": tuple(Text(*each) for each in stated["says"])})
        if process.wait():
            wrong.seek(0)
            raise _Ended((wrong.read().strip().splitlines() or [str(process.returncode)])[-1])


def _there() -> None:
    """What the other process does: the checks under those rules, a line of JSON for each."""
    asked = json.load(sys.stdin)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    book, database = shipped_lawbook(), Database(asked["register"])
    with database.reading() as session:
        past = Past(partial(bytes_of, session))
        for entry in _entries(session, lambda _: None):
            if entry["kind"] in CHECKED and entry["data"].get("rules") == asked["rules"]:
                made = replayed(entry, past, book)
                stated = {**made._asdict(), "says": [[each.nl, each.en] for each in made.says]}
                sys.stdout.write(json.dumps(stated) + "\n")
            past.add(entry)
    database.close()
