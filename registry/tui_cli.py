"""`tui`: the screens; `settings`: their language, theme and keys, also without them."""

import argparse
import os

from registry.arguments import Parser, formats, setting, shared
from registry.gate import show
from registry.opening import register_only, with_no_password_shown
from registry.printing import could_not_run, print_json, print_lines
from registry.view_cli import measures_root


def add_tui(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The commands `tui` and `settings`."""
    screens = commands.add_parser("tui", parents=[register_only()], help="de schermen / the screens")
    screens.add_argument("--portfolio", metavar="PATH", help="waar de documenten staan / where the documents are")
    screens.add_argument("--as", dest="person", metavar="PERSON", default=os.environ.get("REGELRUIMTE_PERSON"))
    screens.set_defaults(run=_tui)
    kept = commands.add_parser(
        "settings", parents=[shared()], help="taal, kleuren en toetsen / language, theme and keys"
    )
    kept.add_argument(
        "settings", nargs="*", type=setting, metavar="NAME=VALUE",
        help="language=en, theme=…, measures.search=ctrl+f",
    )  # fmt: skip
    formats(kept)
    kept.set_defaults(run=_settings)


def _tui(asked: argparse.Namespace) -> int:
    return with_no_password_shown(asked, lambda: _opened(asked))


def _opened(asked: argparse.Namespace) -> int:
    import sys

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return could_not_run("de schermen vragen een terminal / the screens need a terminal")
    from tui import open_screens

    return open_screens(asked.register, measures_root(asked.portfolio), asked.today, asked.person)


def _settings(asked: argparse.Namespace) -> int:
    from registry.settings import keep_settings, kept_settings

    settings = kept_settings()
    for name, value in asked.settings:
        if name == "language":
            if value not in ("nl", "en"):
                return could_not_run(f"language: nl, en; {show(value)}")
            settings = settings._replace(language=value)
        elif name == "theme":
            settings = settings._replace(theme=value)
        else:
            from registry.screens.keys import key_names
            from rules.problems import nearest

            if name not in key_names():
                near = nearest(name, key_names())
                hint = f" ({near}?)" if near else ""
                return could_not_run(f"{show(name)}: geen toets / no key{hint}")
            keys = {**settings.keys, name: value}
            settings = settings._replace(keys={each: key for each, key in keys.items() if key})
    if asked.settings:
        keep_settings(settings)
    if asked.format == "json":
        print_json(settings._asdict())
    else:
        told = [f"language = {settings.language}", f"theme = {settings.theme}"]
        print_lines([*told, *(f"{name} = {show(key)}" for name, key in sorted(settings.keys.items()))])
    return 0
