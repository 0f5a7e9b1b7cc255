"""What each act asks of whoever does it: the options of a command, the fields of a form."""

from typing import Literal, NamedTuple

from rules.text import Text

InputKind = Literal["text", "day", "number", "choice", "file", "settings"]


class ActInput(NamedTuple):
    """One thing that an act asks. `name` is its key in the data of the entry, but for a file that is attached.

    `choices` are the words, of registry/words.py, of which a choice is one.
    """

    name: str
    kind: InputKind
    says: Text
    required: bool = False
    choices: tuple[str, ...] = ()


INPUTS: dict[str, ActInput] = {
    each.name: each
    for each in (
        ActInput("on", "day", Text("dag", "day"), required=True),
        ActInput("from", "day", Text("anders vanaf het begin", "else from the start")),
        ActInput("reasons", "text", Text("redenen", "reasons")),
        ActInput("where", "text", Text("vindplaats", "where it was made known")),
        ActInput("mandate", "text", Text("mandaat, anders dat van de persoon", "mandate, else that of the person")),
        ActInput("attach", "file", Text("een bijlage", "a document with it")),
        ActInput(
            "entry", "number", Text("nummer van de handeling", "number of the act, as history has it"), required=True
        ),
        ActInput("set", "settings", Text("on=2026-12-01, from, where", "on=2026-12-01, from, where"), required=True),
        ActInput("seen", "number", Text("de versie die u zag", "the version that you saw")),
        ActInput(
            "against_verdict", "text", Text("toch toewijzen, en waarom", "grant all the same, and why")
        ),
        ActInput("condition", "number", Text("de hoeveelste voorwaarde", "which condition: 1, 2, 3"), required=True),
        ActInput(
            "kept", "choice", Text("nagekomen", "whether it was kept"), required=True,
            choices=("kept", "not-kept", "cannot-tell"),
        ),
        ActInput(
            "weight", "choice", Text("gewicht", "weight"), required=True,
            choices=("attention", "shortcoming", "serious"),
        ),
        ActInput("finding", "number", Text("nummer van de bevinding", "number of the finding"), required=True),
        ActInput("state", "choice", Text("stand", "state"), required=True, choices=("closed", "open")),
    )
}  # fmt: skip

ACTS: dict[str, tuple[str, ...]] = {
    "submit": (),
    "decide": ("seen", "mandate", "reasons", "against_verdict"),
    "advise": ("reasons", "attach"),
    "agree": ("on",),
    "publish": ("on", "where"),
    "deem": ("reasons",),
    "suspend": ("on", "reasons"),
    "resume": ("on", "reasons"),
    "annul": ("on", "from", "reasons"),
    "withdraw": ("on", "mandate", "reasons"),
    "evaluate": ("on", "reasons", "attach"),
    "correct": ("entry", "set", "reasons"),
    "note": ("reasons", "attach"),
    "condition": ("condition", "kept", "on", "reasons", "attach"),
    "finding": ("entry", "weight", "reasons"),
    "answer": ("finding", "reasons", "attach"),
    "follow-up": ("finding", "state", "reasons"),
}
