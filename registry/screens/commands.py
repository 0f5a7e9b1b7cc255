"""Everything that can be done here, once: for the palette, for `?`, and against what the command line can do."""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from registry.gate import show
from registry.screens.words import said
from rules.text import Language

if TYPE_CHECKING:
    from tui import RegelruimteApp


class Command(NamedTuple):
    """One thing to do: what it is called in screens/words.py, the action, and how the command line does it."""

    name: str
    action: str
    line: str


COMMANDS: tuple[Command, ...] = (
    Command("at measures", "app.go('measures')", "search"),
    Command("at register", "app.go('register')", "in-force"),
    Command("at deadlines", "app.go('deadlines')", "deadlines"),
    Command("at areas", "app.go('areas')", "area show"),
    Command("at law", "app.go('law')", "law show"),
    Command("new measure", "app.new_measure", "draft --new"),
    Command("people", "app.people", "people"),
    Command("who", "app.who", "who"),
    Command("on day", "app.day", "in-force --on"),
    Command("language", "app.language", "settings language"),
    Command("theme", "app.theme", "settings theme"),
    Command("keys", "app.keys", "settings keys"),
    Command("help", "app.help", "--help"),
    Command("quit", "app.quit", ""),
)
# What the screens do with their own keys, by the name of the key's action.
ON_SCREENS: dict[str, str] = {
    "measures.search": "search", "measures.filters": "search --verdict", "measures.sort": "search --sort",
    "measures.source": "check", "measures.new": "draft --new", "measures.preview": "show", "measures.reload": "search",
    "measure.next": "explain", "measure.previous": "explain", "measure.what-if": "explain --suppose",
    "measure.undo": "explain", "measure.edit": "draft --set", "measure.act": "advise", "measure.advice": "advice",
    "measure.yaml": "explain", "measure.history": "history", "measure.search": "explain", "measure.whole": "explain",
    "measure.reload": "explain",
    "draft.add": "draft --add", "draft.remove": "draft --remove", "draft.undo": "draft --set", "draft.save": "draft",
    "draft.record": "submit", "draft.yaml": "draft", "draft.next": "draft --fields", "draft.search": "draft --fields",
    "draft.whole": "draft --fields",
    "act.record": "advise --dry-run",
    "areas.timeline": "timeline", "areas.day": "area show --on", "areas.search": "area show",
    "areas.reload": "area list",
    "register.day": "in-force --on", "register.known": "in-force --as-known-on", "register.search": "search",
    "register.timeline": "timeline", "register.people": "people", "register.reload": "in-force",
    "deadlines.filters": "deadlines", "deadlines.day": "deadlines --on", "deadlines.reload": "deadlines",
    "law.versions": "law list", "law.diff": "law diff", "law.coverage": "law coverage", "law.whole": "law show",
    "law.search": "law show",
    "page.copy": "show", "page.export": "export", "page.back": "",
}  # fmt: skip


class Commands(Provider):
    """The palette: every command, and every act on the measure that is open."""

    @property
    def _regel(self) -> "RegelruimteApp":
        return cast("RegelruimteApp", self.app)

    def _all(self) -> list[tuple[str, str, str]]:
        """What it is called, what more to say of it, and its action."""
        language = self._regel.language
        found = [(said(each.name, language), each.line, each.action) for each in COMMANDS]
        if getattr(self.screen, "in_register", False):
            found += [(told, "", f"app.act('{act}')") for act, told in acts_told(language)]
        return found

    async def discover(self) -> Hits:
        for told, line, action in self._all():
            yield DiscoveryHit(Content(show(told)), partial(self.app.run_action, action), text=told, help=_line(line))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for told, line, action in self._all():
            if (score := matcher.match(told)) > 0:
                yield Hit(score, Content(show(told)), partial(self.app.run_action, action), text=told, help=_line(line))


def _line(line: str) -> str | None:
    return f"regelruimte {line}" if line else None


def acts_told(language: Language) -> list[tuple[str, str]]:
    """Every act on a measure, with what it is called."""
    from registry.lifecycle import lifecycle

    return [(each.act, f"{each.act}: {each.says.text.read(language)}") for each in lifecycle().acts]
