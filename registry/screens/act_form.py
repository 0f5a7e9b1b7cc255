"""An act as a form: what it asks, what it would record, and what stands in its way, before anything is asked of it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Static

from registry.act_inputs import ACTS, INPUTS, ActInput
from registry.drafts import drop_draft, keep_draft, kept_draft
from registry.gate import show
from registry.lifecycle import act_named
from registry.lines import in_columns
from registry.register_text import preview_lines
from registry.screens.lines_view import LinesView
from registry.screens.page import Page, plain

if TYPE_CHECKING:
    from registry.acts import Preview, Recorded
    from registry.entries import Record
    from registry.guards import Act


class ActForm(Page):
    """One act on one measure. `document` is the measure or decision that it brings."""

    CSS_PATH = "act_form.tcss"
    HELP_WORD = "fill in"
    WHERE = "act"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+r", "record", "record", id="act.record", priority=True)]

    def __init__(
        self,
        kind: str,
        subject: str,
        record: "Record | None",
        then: Callable[[], object],
        document: bytes | None = None,
    ) -> None:
        super().__init__()
        self.kind, self.subject, self._record, self._then, self._document = kind, subject, record, then, document
        self._key = str(uuid4())
        self._preview: Preview | None = None

    def body(self) -> ComposeResult:
        with Horizontal(id="split"):
            with VerticalScroll(id="inputs"):
                yield Static(id="asks", markup=False)
                for asked in self._inputs:
                    yield Static(id=f"says-{asked.name}", classes="says", markup=False)
                    yield Input(self._first(asked), id=f"value-{asked.name}", compact=True)
                yield Button("", id="record", variant="primary", compact=True)
            with Vertical(id="would"):
                yield Static(id="passes", markup=False)
                yield LinesView(id="preview")

    @property
    def _inputs(self) -> list[ActInput]:
        return [INPUTS[name] for name in ACTS[self.kind]]

    def _first(self, asked: ActInput) -> str:
        """What the field starts with: as it was left when the terminal died, or what nearly always stands there."""
        if kept := kept_draft(f"act-{self.kind}-{asked.name}", self.subject):
            return show(kept)
        if asked.name == "seen" and self._record:
            return str(self._record.version)
        return self.regel.today.isoformat() if asked.name == "on" else ""

    def on_mount(self) -> None:
        super().on_mount()
        empty = [each for each in self.query(Input) if not each.value]
        (empty[0] if empty else self.query_one(Button)).focus()
        self._look()

    def retell(self) -> None:
        super().retell()
        act = act_named(self.kind)
        says = f"{act.says.text.read(self.language)}: {self.subject}\n{self.said('fill in')}"
        self.query_one("#asks", Static).update(plain(says))
        for asked in self._inputs:
            star = " *" if asked.required else ""
            choices = f" ({', '.join(asked.choices)})" if asked.choices else ""
            says = f"{asked.says.read(self.language)}{choices}{star}"
            self.query_one(f"#says-{asked.name}", Static).update(plain(says))
        self.query_one(Button).label = plain(f"{self.said('record')} (Ctrl+R)")
        self._look()

    def where(self) -> str:
        return f"{act_named(self.kind).says.text.read(self.language)} · {self.subject}"

    # ---- what it would record ----

    def _act(self) -> "Act | str":
        """The act as the form has it, or what keeps it from being one."""
        from registry.guards import Act

        if self.regel.person is None:
            return self.said("who are you")
        data: dict[str, Any] = {}
        document = self._document
        for asked in self._inputs:
            written = self.query_one(f"#value-{asked.name}", Input).value.strip()
            name = asked.says.read(self.language)
            if not written:
                if asked.required:
                    return self.said("fill in field", field=name)
                continue
            try:
                if asked.kind == "file":
                    document = Path(written).expanduser().read_bytes()
                    data["attached"] = Path(written).name
                else:
                    data[asked.name] = _value(asked, written)
            except (ValueError, OSError):
                return self.said(f"no {asked.kind}", field=name, written=written)
        return Act(self.kind, self.subject, self._key, document, data, f"{self.subject}.yaml")

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        name = (event.input.id or "").removeprefix("value-")
        if INPUTS[name].kind == "text":
            keep_draft(f"act-{self.kind}-{name}", self.subject, event.value)
        self._look()

    @on(Input.Submitted)
    def submitted(self) -> None:
        self.focus_next()

    def _look(self) -> None:
        """Asks what would be recorded now, and what stands in the way."""
        act, person, desk = self._act(), self.regel.person or "", self.desk
        if isinstance(act, str):
            self._preview = None
            self.query_one("#passes", Static).update(plain(act, "bold"))
            self.query_one(LinesView).show_lines([])
            return
        self.ask(lambda: desk.preview(act, person), self._tell, group="preview")

    def _tell(self, preview: "Preview") -> None:
        self._preview = preview
        with in_columns(max(60, self.query_one("#would").size.width - 2)):
            lines = list(preview_lines(preview, self.language, colour=True))
        self.query_one(LinesView).show_lines(lines)
        says = "nothing in the way" if preview.passes else "stands in the way"
        line = self.query_one("#passes", Static)
        line.set_class(not preview.passes, "refused")
        line.update(plain(f"{'✓' if preview.passes else '✗'} {self.said(says)}", "bold"))
        self.query_one(Button).disabled = False

    def tell_failure(self, failure: Exception) -> None:
        super().tell_failure(failure)
        self._preview = None

    # ---- recording it ----

    @on(Button.Pressed, "#record")
    def pressed(self) -> None:
        self.action_record()

    def action_record(self) -> None:
        from registry.screens.dialogs import Prompt

        act, person = self._act(), self.regel.person or ""
        if isinstance(act, str) or self._preview is None:
            self.regel.tell(act if isinstance(act, str) else self.said("working"), severity="warning")
            return
        if not self._preview.passes:
            self.regel.tell(self.said("stands in the way"), severity="error")
            return
        if self.kind in ("decide", "publish", "deem", "annul", "withdraw", "suspend"):  # what cannot be taken back
            question = self.said("type to confirm", measure=self.subject)
            self.app.push_screen(
                Prompt(question, check=lambda typed: None if typed.strip() == self.subject else question),
                lambda typed: self._perform(act, person) if typed else None,
            )
        else:
            self._perform(act, person)

    def _perform(self, act: "Act", person: str) -> None:
        desk = self.desk
        self.ask(lambda: desk.perform(act, person), self._recorded, group="act")

    def _recorded(self, made: "Recorded") -> None:
        for asked in self._inputs:
            drop_draft(f"act-{self.kind}-{asked.name}", self.subject)
        self.regel.tell(self.said("recorded", number=f"{made.entry.number} {self.kind} {self.subject}"))
        self.regel.recorded += 1
        self.dismiss()
        self._then()

    def shown_text(self) -> str:
        return self.query_one(LinesView).plain


def _value(asked: ActInput, written: str) -> Any:
    """What was written, as an entry has it; ValueError where it is nothing of its kind."""
    match asked.kind:
        case "day":
            return date.fromisoformat(written).isoformat()
        case "number":
            return int(written)
        case "settings":
            return dict(_setting(each) for each in written.split(","))
        case _:
            return written


def _setting(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals:
        raise ValueError(written)
    return name.strip(), value.strip()
