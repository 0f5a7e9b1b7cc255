"""What a user set for the screens: language, theme and keys, kept among the user's own settings."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_config_path

from rules.text import Language


class Settings(NamedTuple):
    """Language, theme, and the keys of commands that are not the usual ones (`key,key` by the name of the command)."""

    language: Language = "nl"
    theme: str = "regelruimte-dark"
    keys: Mapping[str, str] = {}


def _file() -> Path:
    return user_config_path("regelruimte") / "screens.json"


def kept_settings() -> Settings:
    """As the user left them; what cannot be read is as it comes."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(found, dict):
        return Settings()
    keys = found.get("keys")
    return Settings(
        "en" if found.get("language") == "en" else "nl",
        str(found.get("theme", Settings().theme)),
        {str(name): str(key) for name, key in keys.items()} if isinstance(keys, dict) else {},
    )


def keep_settings(settings: Settings) -> None:
    """Keeps them, whole or not at all."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_suffix(".new")
    made.write_text(json.dumps(settings._asdict(), indent=2), encoding="utf-8")
    made.replace(file)
