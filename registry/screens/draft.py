"""A document as a form: one row a field, edited in place, judged beside it, kept at every change."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, OptionList, SelectionList, Static
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection

from registry.drafting import edited, removed, with_item
from registry.drafts import drop_draft, keep_draft
from registry.explanation import explanation
from registry.form import FormField, fields, in_language, problems_at
from registry.gate import show
from registry.lines import VERDICT_MARKS
from registry.reasons import alike, headed, reasons_before
from registry.screens.dialogs import Choose, Prompt, Reading
from registry.screens.page import Page, plain
from registry.screens.record_table import Cell, Column, RecordTable, Row
from registry.words import word
from registry.yaml_edit import NoSuchPlace
from rules.check import Checked
from rules.documents import document
from rules.problems import Problem, Refused
from rules.reader import Path as Place
from rules.reader import read
from rules.text import Language
from rules.vocabulary import reading


class Draft(Page):
    """A measure or a decision while somebody writes it."""

    CSS_PATH = "draft.tcss"
    HELP_WORD = "help draft"
    WHERE = "at draft"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,insert", "add", "add item", key_display="+", id="draft.add"),
        Binding("delete,minus", "remove", "remove", key_display="Del", id="draft.remove"),
        Binding("ctrl+z", "undo", "undo", show=False, id="draft.undo"),
        Binding("ctrl+s", "save", "save", id="draft.save"),
        Binding("ctrl+r", "record", "record", id="draft.record"),
        Binding("y", "yaml", "yaml", id="draft.yaml"),
        Binding("right_square_bracket", "next_problem", "next stop", key_display="]", id="draft.next"),
        Binding("slash", "search", "search", key_display="/", show=False, id="draft.search"),
        Binding("v", "whole", "whole", show=False, id="draft.whole"),
    ]

    def __init__(self, kind: str, name: str, text: str, file: str | None, kept: str | None = None) -> None:
        super().__init__()
        self.kind, self.name_of, self.file = kind, name, file
        self.text, self._saved = kept if kept is not None else text, text
        self._before: list[str] = []
        self._fields: tuple[FormField, ...] = ()
        self._problems: dict[Place, Problem] = {}
        self._opened: set[Place] = set()
        self._editing: FormField | None = None
        self._checked: Checked | None = None
        self._obstacles: dict[Place, Problem] = {}  # where a field keeps the measure from being eligible
        self._found_kept = kept is not None and kept != text

    def body(self) -> ComposeResult:
        with Horizontal(id="split"):
            with Vertical(id="form"):
                yield RecordTable((), self._cells, id="fields")
                with Vertical(id="editor"):
                    yield Input(id="value", compact=True)
                    yield OptionList(id="choice", markup=False)
                    yield SelectionList[str](id="choices")
                yield Static(id="about", markup=False)
            with VerticalScroll(id="verdict"):
                yield Static(id="told", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#fields", RecordTable).focus()
        self._close_editor()
        if self._found_kept:
            self.regel.tell(self.said("draft found"))

    def retell(self) -> None:
        super().retell()
        self._read(self.text)

    def where(self) -> str:
        return f"{self.said(self.WHERE)} · {self.name_of}{' *' if self.text != self._saved else ''}"

    # ---- the document ----

    def _take(self, text: str) -> None:
        """Another text: kept at once, read, judged."""
        if text != self.text:
            self._before.append(self.text)
            self.text = text
            keep_draft(self.kind, self.name_of, text)
        self._read(text)

    def _read(self, text: str) -> None:
        wrong: tuple[Problem, ...] = ()
        try:
            document(text.encode(), f"{self.name_of}.yaml")
        except Refused as refusal:
            wrong = refusal.problems
        self._fields = fields(self.kind, read(text.encode(), "draft").value, self._opened)
        self._problems = dict(problems_at(self._fields, wrong))
        rows: list[Row] = [{"number": number} for number in range(len(self._fields))]
        table = self.query_one("#fields", RecordTable)
        heads = [word(name, self.language).capitalize() for name in ("draft field", "draft value")]
        table.show_all(rows, [Column(heads[0], 30, 2), Column(heads[1], 20, 3)])
        self.tell_where()
        self._tell_about(table.current)
        self._judge(wrong)

    def _judge(self, wrong: tuple[Problem, ...]) -> None:
        if wrong:
            self._checked, self._obstacles = None, {}
            told = [self.said("not yet", number=len(wrong)), ""]
            told += [f"✗ {each.place.path}: {each.message.read(self.language)}" for each in wrong]
            self.query_one("#told", Static).update(plain("\n".join(told)))
        elif self.kind == "measure":
            desk, text, name = self.desk, self.text, self.name_of
            self.ask(lambda: desk.judged_draft(text, name), self._tell_verdict, group="verdict")
        else:
            self.query_one("#told", Static).update(plain(self.said("document whole")))

    def _tell_verdict(self, checked: Checked) -> None:
        self._checked = checked
        self._obstacles = dict(problems_at(self._fields, checked.problems))
        table = self.query_one("#fields", RecordTable)
        table.refresh()
        self._tell_about(table.current)
        mark, _ = VERDICT_MARKS[checked.verdict]
        told = [f"{word('verdict', self.language)}: {mark} {reading(checked.verdict).read(self.language)}"]
        for results in alike(checked.results):
            told.append(headed(results, self.language))
            for reasons in reasons_before(results[0], self.language):
                told += [word(reasons.name, self.language), *(f"- {item}" for item in reasons.items)]
        self.query_one("#told", Static).update(plain("\n".join(told)))

    # ---- the rows ----

    def _cells(self, row: Row) -> list[Cell]:
        field = self._fields[row["number"]]
        deep = "  " * (len(field.path) - 1)
        step = field.path[-1]
        name = f"{deep}{f'{step + 1}.' if isinstance(step, int) else _label(field, self.language)}"
        problem = self._problems.get(field.path)
        if problem and not (field.kind == "block" and field.present and field.path not in self._problems):
            return [Cell(f"✗ {name}", "bad"), Cell(field.shown or problem.message.read(self.language), "bad")]
        if field.path in self._obstacles:
            return [Cell(f"! {name}", "open"), Cell(field.shown if field.present else "–", "open")]
        if not field.present:
            needed = f" ({word('required', self.language)})" if field.required else ""
            return [Cell(f"  {name}", "dim"), Cell(f"–{needed}", "dim")]
        return [Cell(f"  {name}"), Cell(field.shown)]

    @property
    def _field(self) -> FormField | None:
        row = self.query_one("#fields", RecordTable).current
        return self._fields[row["number"]] if row else None

    @on(RecordTable.Moved)
    def moved(self, message: RecordTable.Moved) -> None:
        self._tell_about(message.row)

    def _tell_about(self, row: Row | None) -> None:
        if row is None or row["number"] >= len(self._fields):
            return
        field = self._fields[row["number"]]
        told = [f"{in_language(field.help, self.language)} [{field.name}]".strip()]
        if problem := self._problems.get(field.path):
            told.append(f"✗ {problem.message.read(self.language)}")
        elif obstacle := self._obstacles.get(field.path):
            told.append(f"! {obstacle.message.read(self.language)}")
        elif field.choices:
            told.append(self.said("choose", words=", ".join(each for each, _ in field.choices)))
        elif field.examples:
            told.append(self.said("example", words=", ".join(field.examples[:4])))
        self.query_one("#about", Static).update(plain("\n".join(told)))

    # ---- editing a field ----

    @on(RecordTable.Opened)
    def opened(self) -> None:
        field = self._field
        if field is None:
            return
        if field.kind == "list":
            self.action_add()
        elif field.kind == "block" and not field.choices:
            self._opened ^= {field.path}
            self._read(self.text)
        elif field.kind == "block" and isinstance(field.value, dict):  # what it holds stands in the rows under it
            self.query_one("#fields", RecordTable).to(self._fields.index(field) + 1)
        else:
            self._open_editor(field)

    def _open_editor(self, field: FormField) -> None:
        self._editing = field
        value, choice, choices = self._editors()
        closed, many = field.kind == "choice", field.kind == "choices" and bool(field.choices)
        value.display, choice.display, choices.display = not (closed or many), closed, many
        self.query_one("#editor").display = True
        if closed:
            choice.clear_options()
            choice.add_options(
                Option(plain(f"{each} – {in_language(means, self.language)}")) for each, means in field.choices
            )
            words = [each for each, _ in field.choices]
            choice.highlighted = words.index(field.shown) if field.shown in words else 0
            choice.focus()
        elif many:
            chosen = field.shown.split(", ")
            choices.clear_options()
            choices.add_options(
                Selection(plain(f"{each} – {in_language(means, self.language)}"), each, each in chosen)
                for each, means in field.choices
            )
            choices.highlighted = 0
            choices.focus()
        else:
            value.value = field.shown
            value.placeholder = show(", ".join(field.examples[:2]))
            value.focus()

    def _editors(self) -> tuple[Input, OptionList, SelectionList[str]]:
        return (
            self.query_one("#value", Input),
            self.query_one("#choice", OptionList),
            self.query_one("#choices", SelectionList),
        )

    def _close_editor(self) -> None:
        self._editing = None
        self.query_one("#editor").display = False
        self.query_one("#fields", RecordTable).focus()

    @on(Input.Changed, "#value")
    def typed(self, event: Input.Changed) -> None:
        """Says at every key what is wrong with it; nothing is taken before Enter."""
        field = self._editing
        if field is None or event.value == field.shown:
            return
        try:
            text = edited(self.text, self.kind, field.path, event.value)
            document(text.encode(), "draft")
            told = "✓"
        except Refused as refusal:
            wrong = problems_at(self._fields, refusal.problems).get(field.path)
            told = f"✗ {wrong.message.read(self.language)}" if wrong else "✓"
        except NoSuchPlace as nowhere:
            told = f"✗ {nowhere.path}"
        self.query_one("#about", Static).update(plain(f"{in_language(field.help, self.language)}\n{told}"))

    @on(Input.Submitted, "#value")
    def submitted(self, event: Input.Submitted) -> None:
        self._write(event.value)

    @on(OptionList.OptionSelected, "#choice")
    def chosen(self, event: OptionList.OptionSelected) -> None:
        if self._editing:
            self._write(self._editing.choices[event.option_index][0])

    def _write(self, wrote: str) -> None:
        field = self._editing
        self._close_editor()
        if field is not None:
            self._change(lambda: edited(self.text, self.kind, field.path, wrote))

    def _change(self, change: Callable[[], str]) -> None:
        """Takes the text that the change makes, or says why there is none."""
        try:
            self._take(change())
        except (NoSuchPlace, Refused) as wrong:
            self.regel.tell(str(wrong), severity="error")

    # ---- what people do here ----

    def action_back(self) -> None:
        choices = self.query_one("#choices", SelectionList)
        if self._editing and choices.display:
            self._write(", ".join(choices.selected))
        elif self._editing:
            self._close_editor()
        elif self.text != self._saved and not self.works_long:
            answers = [("stay", self.said("back")), ("leave", self.said("close"))]
            self.app.push_screen(Choose(self.said("lost changes"), answers), self._leave)
        else:
            super().action_back()

    def _leave(self, answer: str | None) -> None:
        if answer == "leave":
            self.dismiss()

    def action_add(self) -> None:
        field = self._field
        while field is not None and field.kind != "list" and field.path:
            around = field.path[:-1]
            field = next((each for each in self._fields if each.path == around), None)
        if field is None:
            return
        number = len(field.value) if isinstance(field.value, list) else 0
        self._change(lambda: with_item(self.text, self.kind, field.path)[0])
        self._to((*field.path, number))

    def action_remove(self) -> None:
        if (field := self._field) and field.present:
            self._change(lambda: removed(self.text, self.kind, field.path))

    def action_undo(self) -> None:
        if self._before:
            self.text = self._before.pop()
            keep_draft(self.kind, self.name_of, self.text)
            self._read(self.text)

    def _to(self, path: Place) -> None:
        at = next((n for n, each in enumerate(self._fields) if each.path[: len(path)] == path), None)
        if at is not None:
            self.query_one("#fields", RecordTable).to(at)

    def action_next_problem(self) -> None:
        table = self.query_one("#fields", RecordTable)
        wrong = [n for n, each in enumerate(self._fields) if each.path in {**self._problems, **self._obstacles}]
        if wrong:
            table.to(next((n for n in wrong if n > table.cursor), wrong[0]))
        else:
            self.regel.tell(self.said("no stop"))

    def action_search(self) -> None:
        self.app.push_screen(Prompt(self.said("search for")), self._find)

    def _find(self, words: str | None) -> None:
        table, wanted = self.query_one("#fields", RecordTable), (words or "").casefold()
        told = [f"{each.name} {in_language(each.help, self.language)} {each.shown}".casefold() for each in self._fields]
        hits = [n for n, text in enumerate(told) if wanted and wanted in text]
        if hits:
            table.to(next((n for n in hits if n > table.cursor), hits[0]))

    def action_whole(self) -> None:
        if field := self._field:
            told = [field.name, in_language(field.help, self.language), "", field.shown, ""]
            told += [f"{each} – {in_language(means, self.language)}" for each, means in field.choices]
            self.app.push_screen(Reading(field.name, show("\n".join(told), newlines=True).splitlines()))

    def action_yaml(self) -> None:
        field, lines = self._field, self.text.splitlines()
        at = -1
        if field and field.present:
            from rules.reader import spot_of

            at = spot_of(read(self.text.encode(), "draft"), field.path).line - 1
        numbered = [f"{number:>4}  {show(line)}" for number, line in enumerate(lines, 1)]
        self.app.push_screen(Reading(f"{self.name_of}.yaml", numbered, at))

    def action_save(self) -> None:
        file = self.file or f"{self.name_of}.yaml"
        self.app.push_screen(Prompt(self.said("save as", kinds=".yaml"), file), self._save)

    def _save(self, file: str | None) -> None:
        if not file:
            return
        target, text = Path(file.strip()).expanduser(), self.text

        def write() -> str:
            made = target.with_name(f".{target.name}.new")
            made.write_text(text, encoding="utf-8", newline="")
            made.replace(target)
            return str(target)

        def written(at: str) -> None:
            self.file, self._saved = at, text
            drop_draft(self.kind, self.name_of)
            self.desk.renew()
            self.regel.recorded += 1
            self.tell_where()
            self.regel.tell(self.said("saved", at=at))

        self.ask(write, written, group="saving")

    def action_record(self) -> None:
        """The measure submitted, or the decision taken: as a form that shows what would be recorded."""
        self.regel.record_draft(self.kind, self.text, self.name_of, self._recorded)

    def _recorded(self) -> None:
        drop_draft(self.kind, self.name_of)
        self._saved = self.text
        self.dismiss()

    # ---- copy and export ----

    def shown_text(self) -> str:
        field = self._field
        return field.shown if field else ""

    def exports(self) -> dict[str, Callable[[], bytes]]:
        made: dict[str, Callable[[], bytes]] = {".yaml": self.text.encode}
        if checked := self._checked:
            language = self.language
            made[".txt"] = lambda: "\n".join(explanation(checked, language, colour=False)).encode()
        return made


def _label(field: FormField, language: Language) -> str:
    """What the field is, as people read it; its name in the document stands below."""
    told = in_language(field.help, language)
    return told[:1].upper() + told[1:] if told else str(field.path[-1])
