"""A log of November 2026, in which every act occurs: what was written then is read the same for as long as it is kept.

The files in tests/data/log are never made anew. Where a new version reads them otherwise, that version is wrong.
"""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Date
from sqlmodel import SQLModel

from registry.audit import tree
from registry.audit.note import checkpoint_of, signs, verifier_of
from registry.audit.state import COLUMNS, differences
from registry.entries import entry_of
from registry.lifecycle import lifecycle
from registry.projection import all_rows
from tests.samples import ROOT

FOLDER = ROOT / "tests" / "data" / "log"
LOG = (FOLDER / "entries.jsonl").read_bytes().splitlines()


def rows() -> dict[str, list[dict[str, Any]]]:
    """What the tables held."""
    found = json.loads((FOLDER / "rows.json").read_text(encoding="utf-8"))
    return {table: [_with_days(table, row) for row in stated] for table, stated in found.items()}


def _with_days(table: str, row: dict[str, Any]) -> dict[str, Any]:
    columns = SQLModel.metadata.tables[table].c
    days = {name for name, value in row.items() if value and isinstance(columns[name].type, Date)}
    return {name: date.fromisoformat(value) if name in days else value for name, value in row.items()}


def as_written(made: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(each, default=str, sort_keys=True) for each in made)


def test_every_act_occurs() -> None:
    kinds = {json.loads(each)["kind"] for each in LOG}
    assert kinds == {"person", "erase", *(each.act for each in lifecycle().acts)}


def test_the_checkpoint_of_then_still_holds() -> None:
    kept = checkpoint_of((FOLDER / "checkpoint.txt").read_text(encoding="utf-8"))
    grown = tree.Range()
    for each in LOG:
        grown.add(tree.leaf(each))
    assert (kept.size, kept.root) == (grown.size, grown.root)
    assert signs(verifier_of((FOLDER / "log.pub").read_text(encoding="utf-8").strip()), kept)


@pytest.mark.parametrize("number", range(len(LOG)))
def test_an_entry_is_still_written_as_it_was(number: int) -> None:
    assert entry_of(LOG[number]).content == LOG[number]


def test_the_tables_come_out_as_they_were() -> None:
    """Folded by the writer and, with code that shares nothing with it, by the auditor."""
    kept = rows()
    for table, made in zip(("measure", "exemption"), all_rows(map(entry_of, LOG)), strict=True):
        assert as_written(made) == as_written(kept[table])
    assert found_by_the_auditor(kept) == []
    kept["exemption"][0]["last"] = date(2040, 1, 1)
    assert found_by_the_auditor(kept) == [("exemption", "last")], "the control"


def found_by_the_auditor(kept: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str | None]]:
    name = {"measure": "name", "exemption": "measure", "role": "person"}
    stored = {table: sorted(kept[table], key=lambda row: row[name[table]]) for table in COLUMNS}
    entries = sorted(enumerate(LOG), key=lambda each: json.loads(each[1])["subject"])
    return [(each.table, each.column) for each in differences(entries, stored)]
