"""All measures: searched as one types, filtered, sorted, with a preview; of the register, or of the files."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from registry.lines import VERDICT_MARKS
from registry.screens.dialogs import Choose
from registry.screens.page import Page, plain
from registry.screens.record_table import BLOCK, Cell, Column, RecordTable, Row
from registry.sheets import csv_text, json_lines, xlsx
from registry.wanted import ORDERS, Subject, Wanted
from registry.words import WORDS, word
from rules.vocabulary import Domain, Ministry, reading

_TONES = {"red": "bad", "yellow": "open", "green": "good"}
_STATES = ("submitted", "granted", "refused", "deemed")
_FACETS = ("area", "domain", "instrument", "verdict", "state", "minister")


class Measures(Page):
    """The first screen: find a measure in a few keys."""

    CSS_PATH = "measures.tcss"
    HELP_WORD = "help measures"
    WHERE = "at measures"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", key_display="/", id="measures.search"),
        Binding("f", "filters", "filters", id="measures.filters"),
        Binding("s", "sort", "sort", id="measures.sort"),
        Binding("b", "other_source", "source of rows", id="measures.source"),
        Binding("n", "new", "new measure", id="measures.new"),
        Binding("p", "preview", "preview", id="measures.preview", show=False),
        Binding("r", "reload", "reload", show=False, id="measures.reload"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._wanted = Wanted()
        self._minister = ""
        self._order = "name"
        self._of_files = False
        self._files: list[Row] | None = None
        self._stamp: tuple[float, int] = (0.0, 0)

    def body(self) -> ComposeResult:
        yield Input(id="words", compact=True)
        yield Static(id="facets", markup=False)
        with Horizontal():
            yield RecordTable((), self._cells, id="list")
            yield Static(id="preview", markup=False)
        yield Static(id="empty", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(RecordTable).focus()
        self.set_interval(2.0, self._look_for_changes)

    def retell(self) -> None:
        super().retell()
        self.query_one("#words", Input).placeholder = f"/ {self.said('search')}"
        self.load_later()

    def where(self) -> str:
        table = self.query_one(RecordTable)
        source = self.said("in files" if self._of_files else "in register")
        return f"{self.said(self.WHERE)} · {source} · {table.total}"

    # ---- the list ----

    def load(self) -> None:
        """Asks for the list anew."""
        self._tell_facets()
        wanted, order, desk = self._wanted, self._order, self.desk
        if self._of_files:
            kept = self._files
            self.ask(lambda: kept if kept is not None else desk.files(), self._show_files, group="list")
        else:
            self.ask(lambda: desk.first_page(wanted, order, BLOCK), self._show_page, group="list")

    def _show_files(self, rows: list[Row]) -> None:
        self._files, self._stamp = rows, self.desk.changed()
        found = [row for row in rows if _fits(row, self._wanted)]
        found.sort(key=lambda row: str(row.get(self._order) or ""))
        self._show(len(found), found)

    def _show_page(self, answer: tuple[int, list[Row]]) -> None:
        self._show(*answer)

    def _show(self, total: int, rows: Sequence[Row]) -> None:
        table = self.query_one(RecordTable)
        if self._of_files:
            table.show_all(rows, self._columns())
        else:
            table.show_rows(total, rows, self._columns())
        empty = self.query_one("#empty", Static)
        empty.display = not total
        empty.update(plain(self.said("no rows" if self._of_files or self._wanted != Wanted() else "empty register")))
        self.tell_where()

    @on(RecordTable.Wanted)
    def fetch(self, message: RecordTable.Wanted) -> None:
        wanted, order, block, desk = self._wanted, self._order, message.block, self.desk
        self.ask(
            lambda: desk.page(wanted, order, block * BLOCK, BLOCK),
            lambda rows: message.table.fill(block, rows, message.generation),
            group=f"block {block}",
        )

    def _columns(self) -> list[Column]:
        return [
            Column(
                f"{WORDS[name].read(self.language).capitalize()}{' ↓' if self._order == order else ''}", width, share
            )
            for name, order, width, share in _COLUMNS
            if name in self._in_sight
        ]

    @property
    def _in_sight(self) -> tuple[str, ...]:
        """The columns that there is room for."""
        return _NARROW if self.size.width < 110 else tuple(name for name, *_ in _COLUMNS)

    def on_resize(self) -> None:
        self.load_later()

    def load_later(self) -> None:
        """Asks for the list anew once the register is open."""
        if self.regel.is_open:
            self.load()

    def _cells(self, row: Row) -> list[Cell]:
        mark, tint = VERDICT_MARKS[row["verdict"]]
        title = row["title_nl" if self.language == "nl" else "title_en"]
        cells = {
            "verdict": Cell(f"{mark} {reading(row['verdict']).read(self.language)}", _TONES[tint]),
            "measure": Cell(row["name"]),
            "municipality": Cell(row["municipality"], "dim"),
            "state": Cell(self._state(row), "dim"),
            "title": Cell(title),
        }
        return [cells[name] for name in self._in_sight]

    def _state(self, row: Row) -> str:
        state = row["procedure"]
        return word(f"record {state}" if self._of_files else state, self.language)

    # ---- the preview ----

    @on(RecordTable.Moved)
    def moved(self, message: RecordTable.Moved) -> None:
        self.query_one("#preview", Static).update(plain(self._preview(message.row)) if message.row else "")

    def _preview(self, row: Row) -> str:
        title = row["title_nl" if self.language == "nl" else "title_en"]
        mark, _ = VERDICT_MARKS[row["verdict"]]
        told = [title, "", f"{mark} {reading(row['verdict']).read(self.language)}", self._state(row), ""]
        told += [
            f"{word(name, self.language)}: {', '.join(row[name])}" for name in ("domains", "instruments") if row[name]
        ]
        told.append(f"{word('parts', self.language)}: {', '.join(row['parts'])}")
        for name in ("decided", "made_known", "withdrawn", "annulled"):
            if day := row.get("published" if name == "made_known" else name):
                told.append(f"{word(name, self.language)}: {day}")
        if row.get("against_verdict"):
            told.append(f"! {word('against the verdict', self.language)}: {row['against_verdict']}")
        return "\n".join([*told, row.get("file", "")])

    # ---- what people do here ----

    @on(Input.Changed, "#words")
    def typed(self, event: Input.Changed) -> None:
        self._wanted = self._wanted._replace(words=event.value)
        self.load()

    @on(Input.Submitted, "#words")
    def submitted(self) -> None:
        self.query_one(RecordTable).focus()

    @on(RecordTable.Opened)
    def opened(self, message: RecordTable.Opened) -> None:
        self.regel.open_measure(Subject(message.row["name"], message.row.get("file")))

    @on(RecordTable.HeaderClicked)
    def clicked(self, message: RecordTable.HeaderClicked) -> None:
        orders = {name: order for name, order, *_ in _COLUMNS}
        self._sort_by(orders[self._in_sight[message.column]])

    def action_search(self) -> None:
        self.query_one("#words", Input).focus()

    def action_back(self) -> None:
        words = self.query_one("#words", Input)
        if not self.works_long and (words.value or words.has_focus):
            words.value = ""
            self.query_one(RecordTable).focus()
        else:
            super().action_back()

    def action_preview(self) -> None:
        self.toggle_class("with-preview")

    def action_other_source(self) -> None:
        self._of_files = not self._of_files
        self.query_one(RecordTable).to(0)
        self.load()

    def action_reload(self) -> None:
        self._files = None
        self.desk.renew()
        self.load()

    def action_new(self) -> None:
        self.regel.new_measure()

    def action_sort(self) -> None:
        choices = [(order, word(_ORDER_WORDS[order], self.language)) for order in ORDERS]
        self.app.push_screen(Choose(self.said("sort"), choices, self._order), self._sort_by)

    def _sort_by(self, order: str | None) -> None:
        if order in ORDERS:
            self._order = order
            self.load()

    def action_filters(self) -> None:
        """Which facet, then which of its words."""
        values = self._chosen()
        told = [(name, f"{self._facet(name)}: {values[name] or self.said('all')}") for name in _FACETS]
        self.app.push_screen(Choose(self.said("filters"), told), self._choose_facet)

    def _choose_facet(self, name: str | None) -> None:
        if name is None:
            return
        choices = [("", self.said("all")), *((each, self._option(name, each)) for each in self._options(name))]
        then: Callable[[str | None], None] = lambda value: self._filter(name, value)  # noqa: E731
        self.app.push_screen(Choose(self._facet(name), choices, self._chosen()[name]), then)

    def _options(self, name: str) -> Sequence[str]:
        match name:
            case "area":
                return [each.model.area for each in self.desk.documents.areas()]
            case "domain":
                return get_args(Domain)
            case "instrument":
                return self.regel.instruments
            case "verdict":
                return list(VERDICT_MARKS)
            case "state":
                return ("proposal", "reconstruction", "example") if self._of_files else _STATES
            case _:
                return get_args(Ministry)

    def _option(self, name: str, option: str) -> str:
        if name in ("area", "instrument"):
            return option
        if name == "state":
            return word(f"record {option}" if self._of_files else option, self.language)
        return reading(option).read(self.language)

    def _facet(self, name: str) -> str:
        return word(name, self.language)

    def _chosen(self) -> dict[str, str]:
        wanted = self._wanted
        return {
            "area": wanted.area,
            "domain": wanted.domain,
            "instrument": wanted.instrument,
            "verdict": wanted.verdict,
            "state": wanted.state,
            "minister": self._minister,
        }

    def _filter(self, name: str, value: str | None) -> None:
        if value is None:
            return
        if name == "minister":
            from rules.ministers import laws_of

            self._minister = value
            self._wanted = self._wanted._replace(laws=laws_of(value, self.regel.today) if value else None)
        else:
            self._wanted = Wanted(**{**self._wanted._asdict(), name: value})
        self.query_one(RecordTable).to(0)
        self.load()

    def _tell_facets(self) -> None:
        told = [f"{self._facet(name)}: {self._option(name, value)}" for name, value in self._chosen().items() if value]
        line = self.query_one("#facets", Static)
        line.display = bool(told)
        line.update(plain(f" {' · '.join(told)}"))

    def _look_for_changes(self) -> None:
        """Reads the files again once they have changed on disk."""
        if not self._of_files or self._files is None or self.waits or not self.is_current:
            return
        stamp, desk = self._stamp, self.desk

        def told(now: tuple[float, int]) -> None:
            if now != stamp:
                self.regel.tell(self.said("files changed"))
                self.action_reload()

        self.ask(desk.changed, told, group="watching")

    # ---- copy and export ----

    def shown_text(self) -> str:
        row = self.query_one(RecordTable).current
        return self._preview(row) if row else ""

    def exports(self) -> dict[str, Callable[[], bytes]]:
        def rows() -> tuple[list[str], list[dict[str, Any]]]:
            found = self._files if self._of_files else self.desk.page(self._wanted, self._order, 0, 1_000_000)
            fitting = [row for row in found or () if not self._of_files or _fits(row, self._wanted)]
            names = ["name", "title_nl", "title_en", "municipality", "domains", "instruments", "verdict", "procedure"]
            return names, [{name: _joined(row[name]) for name in names} for row in fitting]

        return {
            ".csv": lambda: csv_text(*rows()).encode(),
            ".xlsx": lambda: xlsx(*rows()),
            ".jsonl": lambda: "".join(f"{line}\n" for line in json_lines(rows()[1])).encode(),
        }


_COLUMNS = (  # name, what it sorts by, least width, share of the rest
    ("verdict", "verdict", 26, 0), ("measure", "name", 24, 2), ("municipality", "municipality", 10, 0),
    ("state", "procedure", 14, 0), ("title", "", 8, 3),
)  # fmt: skip
_NARROW = ("verdict", "measure", "state")
_ORDER_WORDS = {
    "name": "measure", "municipality": "municipality", "verdict": "verdict", "procedure": "procedure",
    "decided": "decided", "published": "made_known",
}  # fmt: skip


def _joined(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


def _fits(row: Row, wanted: Wanted) -> bool:
    """Whether a row of a file is asked for, as the register's own query has it."""
    listed = ((wanted.area, "areas"), (wanted.domain, "domains"), (wanted.instrument, "instruments"))
    if any(value and value not in row[name] for value, name in listed):
        return False
    if (wanted.verdict and row["verdict"] != wanted.verdict) or (wanted.state and row["procedure"] != wanted.state):
        return False
    if wanted.laws is not None and not any(name.partition("/")[0] in wanted.laws for name in row["instruments"]):
        return False
    words = " ".join([row["name"], row["title_nl"], row["title_en"], row["municipality"], *row["parts"], *row["areas"]])
    return all(each in words.casefold() for each in wanted.words.casefold().split())
