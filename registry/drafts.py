"""Where unfinished documents are kept while somebody works on them: among the user's own files, one for each name."""

import re
from pathlib import Path

from platformdirs import user_data_path

_SAFE = re.compile(r"[^a-z0-9-]+")


def _folder() -> Path:
    return user_data_path("regelruimte") / "drafts"


def _file(kind: str, name: str) -> Path:
    return _folder() / f"{kind}-{_SAFE.sub('-', name.lower())[:100]}.yaml"


def keep_draft(kind: str, name: str, text: str) -> Path:
    """Keeps the draft, whole or not at all; where."""
    file = _file(kind, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_suffix(".new")
    made.write_text(text, encoding="utf-8")
    made.replace(file)
    return file


def kept_draft(kind: str, name: str) -> str | None:
    """The draft that was kept, if one was."""
    try:
        return _file(kind, name).read_text(encoding="utf-8")
    except OSError:
        return None


def drop_draft(kind: str, name: str) -> None:
    """Forgets the draft: it was recorded, saved or thrown away."""
    _file(kind, name).unlink(missing_ok=True)


def kept_drafts() -> list[tuple[str, str]]:
    """Kind and name of every draft that is kept, by name."""
    found = sorted(_folder().glob("*.yaml"))
    return [(kind, name) for each in found for kind, _, name in [each.stem.partition("-")]]
