"""Who acts: asked once, and kept among the user's own settings, for each register."""

import json
import sys
from pathlib import Path

from platformdirs import user_config_path

from registry.words import word
from rules.text import Language


def _file() -> Path:
    return user_config_path("regelruimte") / "who.json"


def kept_person(register: str) -> str | None:
    """The person who acts on that register, if that was said before."""
    found = _kept().get(register)
    return found if isinstance(found, str) else None


def keep_person(register: str, person: str) -> None:
    """Keeps who acts on that register."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_suffix(".new")
    made.write_text(json.dumps({**_kept(), register: person}, indent=2), encoding="utf-8")
    made.replace(file)


def asked_person(register: str, language: Language) -> str | None:
    """The person whom the user names at a terminal, kept from then on; None where there is nobody to ask."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    sys.stderr.write(f"{word('who are you', language)} ")
    sys.stderr.flush()
    person = sys.stdin.readline().strip()
    if not person:
        return None
    keep_person(register, person)
    return person


def _kept() -> dict[str, object]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
