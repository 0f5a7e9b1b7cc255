"""What a fault left of a register."""

from collections.abc import Collection
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from registry.audit.bytes_level import bytes_level
from registry.audit.levels import file_level, state_level
from registry.database import Database
from registry.refusals import DatabaseRefused
from registry.store import entries_in


def wrong_with(register: str | Path, acknowledged: Collection[str]) -> str:
    """What is wrong with that register: it is corrupt, half written, or lost something; or nothing ("")."""
    try:
        database = Database(register)
        try:
            with database.reading() as session:
                if file_level(session).findings:
                    return "corrupt"
                found = bytes_level(session, (), lambda *_: None)
                if found.findings or state_level(session, found.entries, lambda *_: None).findings:
                    return "half written"
                return "lost" if set(acknowledged) - {each.id for each in entries_in(session)} else ""
        finally:
            database.close()
    except (DatabaseRefused, DBAPIError):
        return "corrupt"
