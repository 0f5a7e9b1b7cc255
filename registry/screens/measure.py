"""One measure: its verdict as a tree to walk through, with what each line rests on beside it, and what-if in place."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text as Styled
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static, Tree
from textual.widgets.tree import TreeNode

from registry.advice import Block, advice, as_markdown, as_odt
from registry.explanation import explanation
from registry.gate import show
from registry.lines import VERDICT_MARKS
from registry.register_text import dossier
from registry.screens.dialogs import Choose, Prompt, Reading
from registry.screens.page import Page, plain, reason
from registry.verdict_tree import Branch, verdict_tree, walked
from registry.wanted import Subject
from registry.words import word
from rules.vocabulary import reading

if TYPE_CHECKING:
    from registry.desk import Opened


class VerdictTree(Tree[Branch]):
    """A tree whose cursor stays in sight: what is supposed takes rows from it, and so does a smaller terminal."""

    def on_resize(self) -> None:
        self.scroll_to_line(self.cursor_line, animate=False)


_WITH_A_MEASURE = (
    "stop", "what_if", "undo", "edit", "act", "advise", "yaml", "history", "search", "whole",
)  # fmt: skip


class MeasurePage(Page):
    """The verdict on one measure, provision by provision."""

    CSS_PATH = "measure.tcss"
    HELP_WORD = "help measure"
    WHERE = "at measure"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket", "stop(1)", "next stop", key_display="]", id="measure.next"),
        Binding("left_square_bracket", "stop(-1)", "previous stop", key_display="[", show=False, id="measure.previous"),
        Binding("w", "what_if", "what if", id="measure.what-if"),
        Binding("u", "undo", "undo what if", id="measure.undo"),
        Binding("e", "edit", "edit", id="measure.edit"),
        Binding("a", "act", "act", id="measure.act"),
        Binding("d", "advise", "advice", id="measure.advice"),
        Binding("y", "yaml", "yaml", id="measure.yaml", show=False),
        Binding("h", "history", "history", id="measure.history", show=False),
        Binding("slash", "search", "search", key_display="/", show=False, id="measure.search"),
        Binding("v", "whole", "whole", show=False, id="measure.whole"),
        Binding("r", "reload", "reload", show=False, id="measure.reload"),
    ]

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self.subject = subject
        self.opened: Opened | None = None
        self._loaded_at = 0  # how much was recorded by then
        self._suppositions: list[tuple[str, str]] = []
        self._hung: list[tuple[TreeNode[Branch], Branch]] = []
        self._says = ""
        self._wanted: TreeNode[Branch] | None = None

    def body(self) -> ComposeResult:
        yield Static(id="supposed", markup=False)
        yield Static(id="title", markup=False)
        with Horizontal(id="split"):
            yield VerdictTree("", id="tree")
            with VerticalScroll(id="detail", can_focus=True):
                yield Static(id="told", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        tree = self.query_one("#tree", Tree)
        tree.show_root = True
        tree.guide_depth = 2
        tree.focus()

    def retell(self) -> None:
        super().retell()
        if self.opened and self._loaded_at == self.regel.recorded:
            self._show(self.opened)
        else:
            self.load()

    def where(self) -> str:
        return f"{self.said(self.WHERE)} · {self.subject.name}"

    @property
    def in_register(self) -> bool:
        """Whether acts on it can be recorded."""
        return self.opened is not None and self.opened.record is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Whether that can be done: of a measure that could not be opened nothing is known, and nothing is said."""
        return self.opened is not None or action not in _WITH_A_MEASURE

    # ---- the verdict ----

    def load(self) -> None:
        """Asks for the measure anew, with what is supposed now."""
        self._loaded_at = self.regel.recorded
        desk, subject, supposed = self.desk, self.subject, tuple(self._suppositions)
        facts = [each.fact for _, each in self._hung if each.fact]
        self.ask(lambda: desk.opened(subject, supposed, facts), self._show, group="measure")

    def tell_failure(self, failure: Exception) -> None:
        super().tell_failure(failure)
        if self.opened is None:  # nothing else is shown: why not stays where it can be read
            self.query_one("#told", Static).update(plain(reason(failure).read(self.language)))
        elif len(self._suppositions) > len(self.opened.suppositions):
            self._suppositions = list(self.opened.suppositions)

    def _show(self, opened: "Opened") -> None:
        self.opened = opened
        self.refresh_bindings()
        tree = self.query_one("#tree", Tree)
        before = tree.cursor_node if self._hung else None
        at, on_fact = self._path(before), _only_fact(before.data) if before else None
        made = verdict_tree(opened.checked, self.language)
        tree.clear()
        tree.root.set_label(_label(made))
        tree.root.data = made
        self._hung = [(tree.root, made)]
        self._fill(tree.root, made)
        tree.root.expand()
        if same := self._about_fact(on_fact.fact.name if on_fact and on_fact.fact else ""):
            self._to(min(same, key=lambda node: _apart(self._path(node), at)))
        else:
            self._go(at)
        model = opened.checked.measure.model
        mark, _ = VERDICT_MARKS[opened.checked.verdict]
        verdict = f"{mark} {reading(opened.checked.verdict).read(self.language)}"
        self.query_one("#title", Static).update(plain(f" {verdict} · {model.title.text.read(self.language)}", "bold"))
        banner = self.query_one("#supposed", Static)
        banner.display = bool(opened.suppositions)
        told = "; ".join(f"{name} = {value}" for name, value in opened.suppositions)
        banner.update(plain(f" {self.said('hypothetical')}: {told}"))
        self.tell_where()

    def _fill(self, node: TreeNode[Branch], branch: Branch) -> None:
        for each in branch.branches:
            inner = node.add(_label(each), each, expand=each.opened, allow_expand=bool(each.branches))
            self._hung.append((inner, each))
            self._fill(inner, each)

    def _about_fact(self, name: str) -> list[TreeNode[Branch]]:
        """The lines about that fact."""
        return [node for node, branch in self._hung if branch.fact and branch.fact.name == name]

    def _path(self, node: TreeNode[Branch] | None) -> tuple[int, ...]:
        """Where the node hangs, by numbers from the root: the same place in another verdict on the measure."""
        path: list[int] = []
        while node is not None and node.parent is not None:
            path.append(list(node.parent.children).index(node))
            node = node.parent
        return tuple(reversed(path))

    def _go(self, path: tuple[int, ...]) -> None:
        node = self.query_one("#tree", Tree).root
        for number in path:
            if number >= len(node.children):
                break
            node.expand()
            node = node.children[number]
        self._to(node)

    def _to(self, node: TreeNode[Branch]) -> None:
        above = node.parent
        while above is not None:
            above.expand()
            above = above.parent
        self._wanted = node
        self.call_after_refresh(self._put_cursor)
        self._tell(node)

    def _put_cursor(self) -> None:
        """Puts the cursor where it was wanted last, once the tree knows on which line that is."""
        tree = self.query_one("#tree", Tree)
        if self._wanted is not None and tree.last_line >= 0 and self._wanted.line < 0:
            self.call_after_refresh(self._put_cursor)
        elif self._wanted is not None:
            tree.move_cursor(self._wanted)
            self._wanted = None

    @on(Tree.NodeHighlighted)
    def highlighted(self, message: Tree.NodeHighlighted[Branch]) -> None:
        self._tell(message.node)

    def _tell(self, node: TreeNode[Branch] | None) -> None:
        branch = node.data if node else None
        self.query_one("#told", Static).update(_detail(branch) if branch else "")
        self.query_one("#detail").scroll_home(animate=False)

    @property
    def _current(self) -> Branch | None:
        node = self.query_one("#tree", Tree).cursor_node
        return node.data if node else None

    # ---- what people do here ----

    def action_stop(self, by: int) -> None:
        """To the next line that stands in the way or is open."""
        tree = self.query_one("#tree", Tree)
        nodes = [node for node, _ in self._hung]
        here = nodes.index(tree.cursor_node) if tree.cursor_node in nodes else 0
        stops = [n for n, (_, branch) in enumerate(self._hung) if branch.stop]
        later = [n for n in stops if (n > here if by > 0 else n < here)]
        if not stops:
            self.regel.tell(self.said("no stop"))
            return
        self._to(self._hung[(later[0] if by > 0 else later[-1]) if later else stops[0 if by > 0 else -1]][0])

    def action_search(self) -> None:
        self.app.push_screen(Prompt(self.said("search for")), self._find)

    def _find(self, words: str | None) -> None:
        wanted = (words or "").casefold()
        tree = self.query_one("#tree", Tree)
        nodes = [node for node, _ in self._hung]
        here = nodes.index(tree.cursor_node) if tree.cursor_node in nodes else 0
        hits = [n for n, (_, each) in enumerate(self._hung) if wanted and wanted in _text(each).casefold()]
        if hits:
            self._to(self._hung[next((n for n in hits if n > here), hits[0])][0])

    def action_what_if(self) -> None:
        """Another value for the fact under the cursor; of a rule, for its only fact."""
        found = _only_fact(self._current)
        if found is None or found.fact is None:
            self.regel.tell(self.said("no fact here"), severity="warning")
            return
        fact, written = found.fact, found.written
        question = self.said("suppose", fact=fact.means.read(self.language))
        self.app.push_screen(Prompt(question, written, note=fact.name), lambda value: self._suppose(fact.name, value))

    def _suppose(self, name: str, value: str | None) -> None:
        if value is not None:
            self._suppositions = [each for each in self._suppositions if each[0] != name] + [(name, value)]
            self.load()

    def action_undo(self) -> None:
        if self._suppositions:
            self._suppositions.pop()
            self.load()

    def action_reload(self) -> None:
        self.desk.renew()
        self.load()

    def action_yaml(self) -> None:
        """The text, at the line that the branch under the cursor rests on."""
        if self.opened:
            place = self._current.place if self._current else None
            lines = [show(line) for line in self.opened.text.splitlines()]
            here = place is not None and place.file == self.opened.checked.measure.parsed.file
            numbered = [f"{number:>4}  {line}" for number, line in enumerate(lines, 1)]
            at = place.line - 1 if here and place else -1
            self.app.push_screen(Reading(self.opened.checked.measure.parsed.file, numbered, at))

    def action_history(self) -> None:
        opened = self.opened
        if opened is None or opened.record is None:
            self.regel.tell(self.said("only in register"))
            return
        with self.columns(self.size.width - 8):
            lines = list(dossier(opened.record, opened.entries, self.regel.today, self.language, colour=True))
        self.app.push_screen(Reading(self.said("history"), lines))

    def action_whole(self) -> None:
        """The branch under the cursor in full."""
        if branch := self._current:
            self.app.push_screen(Reading(self.subject.name, show(_text(branch), newlines=True).splitlines()))

    def action_edit(self) -> None:
        if self.opened:
            name, file = self.opened.checked.measure.model.measure, self.subject.file
            self.regel.open_draft("measure", name, self.opened.text, file)

    def action_act(self) -> None:
        if self.opened is None or self.opened.record is None:
            self.regel.tell(self.said("only in register"))
            return
        self.regel.choose_act(self.opened.record, then=self.load)

    def action_advise(self) -> None:
        """The advice note: what the adviser says, then as what to save it."""
        self.app.push_screen(Prompt(self.said("your advice"), self._says), self._advised)

    def _advised(self, says: str | None) -> None:
        if says is None or self.opened is None:
            return
        self._says = says
        opened, person, today, language = self.opened, self.regel.person or "", self.regel.today, self.language

        def note() -> Iterator[Block]:
            return advice(opened.checked, says, person, today, language)

        made = {".md": lambda: as_markdown(note()).encode(), ".odt": lambda: as_odt(note())}
        kinds = [(".md", "Markdown (.md)"), (".odt", "OpenDocument (.odt)")]
        self.app.push_screen(
            Choose(self.said("advice"), kinds), lambda kind: self._save_advice(kind, made) if kind else None
        )

    def _save_advice(self, kind: str, made: dict[str, Callable[[], bytes]]) -> None:
        from registry.screens.saving import save_as

        name = f"{self.subject.name}-{word('advice note', self.language).lower()}{kind}"
        question = self.said("save as", kinds=kind)
        self.app.push_screen(Prompt(question, name), lambda file: save_as(self, file, made) if file else None)

    # ---- copy and export ----

    def shown_text(self) -> str:
        return _text(self._current) if self._current else ""

    def exports(self) -> dict[str, Callable[[], bytes]]:
        opened, language = self.opened, self.language
        if opened is None:
            return {}
        supposed = opened.suppositions

        def lines() -> bytes:
            with self.columns(100):
                return "\n".join(explanation(opened.checked, language, colour=False, suppositions=supposed)).encode()

        return {".txt": lines, ".yaml": opened.text.encode}


def _only_fact(branch: Branch | None) -> Branch | None:
    """The line about a fact that is meant: the branch itself, or the only one under it."""
    facts = [each for each in walked(branch) if each.fact] if branch else []
    return facts[0] if len(facts) == 1 else None


def _apart(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(abs(mine - its) for mine, its in zip(one, other, strict=False))


def _label(branch: Branch) -> Styled:
    """A line of the tree: text that is never read as markup. The mark says what its colour says."""
    style = {"red": "bold red", "yellow": "bold yellow", "green": "bold green", "dim": "dim"}.get(branch.tint, "")
    label = Styled(end="", no_wrap=True)
    if branch.mark:
        label.append(f"{branch.mark} ", style)
    return label.append(show(branch.label))


def _detail(branch: Branch) -> Content:
    parts: list[Content] = []
    for name, text in branch.detail or (("", branch.label),):
        lead = Content.styled(f"{show(name)}\n", "$text-muted") if name else Content("")
        parts.append(lead.append(show(text, newlines=True)).append("\n"))
    return Content("\n").join(parts)


def _text(branch: Branch) -> str:
    told = [f"{name}: {text}" if name else text for name, text in branch.detail]
    return "\n".join([branch.label, *told])
