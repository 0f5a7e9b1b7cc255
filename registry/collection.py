"""The documents under some paths: listed once, read when they are asked for, looked up by name.

A file is indexed by its head lines (`schema:`, `measure:` …) where they stand plainly at the start of a line, so that
checking one file of thousands parses only what it needs. A file that states them in another way is parsed at once.
"""

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from rules.area import Area, Figures
from rules.decision import Decision
from rules.documents import Document, M, document
from rules.fields import Model
from rules.law import LawDocument
from rules.measure import Measure
from rules.problems import Place, Problem, Refused
from rules.reader import refuse_too_large
from rules.text import Text

STDIN = "-"
Kind = Literal["area", "figures", "measure", "decision", "law", "other"]
_HEAD = re.compile(
    rb"^(schema|area|figures|measure|decision|on_measure|law):[ \t]*([^\s'\"#{\[|>&*!%@`]+)[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)
_KINDS: dict[str, Kind] = {
    "regelruimte/area/v1": "area",
    "regelruimte/figures/v1": "figures",
    "regelruimte/measure/v1": "measure",
    "regelruimte/decision/v1": "decision",
    "regelruimte/law/v1": "law",
}


class PathMissing(Exception):
    """A path that does not exist, or a folder without a single document."""

    def __init__(self, path: str, empty: bool) -> None:
        self.path, self.empty = path, empty
        super().__init__(path)


def files_under(paths: Sequence[str], exclude: Sequence[str] = ()) -> list[str]:
    """All YAML files that the paths name or hold, each once, sorted; PathMissing when a path yields none.

    What a folder holds is left out where its name, or that of a folder above it, fits a pattern of `exclude`; a pattern
    with a slash is meant for the path from here. A file that is named itself stays.
    """
    found: set[str] = set()
    for path in paths:
        if path == STDIN or os.path.isfile(path):
            found.add(path)
        elif os.path.isdir(path):
            inside = [file for file in _walk(path) if not (exclude and _fits(file, exclude))]
            if not inside:
                raise PathMissing(path, empty=True)
            found.update(inside)
        else:
            raise PathMissing(path, empty=False)
    return sorted(found, key=lambda name: name.replace(os.sep, "/"))


def _fits(file: str, patterns: Sequence[str]) -> bool:
    names = os.path.relpath(file).replace(os.sep, "/").split("/")
    whole = os.path.abspath(file).replace(os.sep, "/").split("/")

    def fits(pattern: str) -> bool:
        if "/" not in pattern:
            return any(fnmatchcase(name, pattern) for name in names)
        parts = whole if pattern.startswith("/") else names
        wanted = pattern.removeprefix("./").rstrip("/")
        return any(fnmatchcase("/".join(parts[:at]), wanted) for at in range(1, len(parts) + 1))

    return any(map(fits, patterns))


def _walk(folder: str) -> Iterator[str]:
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(base, name) for name in names if name.endswith((".yaml", ".yml")))


def others_than(files: Iterable[str], found: Iterable[str]) -> list[str]:
    """Those of the found files that are none of the first, by whatever path either is named."""
    real_folder = cache(os.path.realpath)  # of thousands of files few are links, and most are in one folder

    def real(file: str) -> str:
        folder, name = os.path.split(file)
        path = os.path.join(real_folder(folder), name)
        return os.path.realpath(path) if os.path.islink(path) else path

    mine = set(map(real, files))
    return [file for file in found if real(file) not in mine]


class Entry(NamedTuple):
    """One file, by what its head says."""

    file: str
    kind: Kind
    name: str
    on_measure: str | None = None


@dataclass(eq=False)
class Collection:
    """The documents in these files; of two with one name the first counts.

    `given` are the files that were asked for, the others are what stands around them. `texts` holds what is on no disk,
    such as standard input.
    """

    files: Sequence[str]
    given: frozenset[str] = frozenset()
    texts: dict[str, bytes] = field(default_factory=dict)
    _read: dict[str, Document[Model] | Refused] = field(default_factory=dict, init=False)

    def __reduce__(self) -> tuple[object, ...]:
        """What another process gets: what each file is, so that nobody looks again, and nothing that was read."""
        return _with_entries, (self.files, self.given, self.texts, self.entries)

    def document(self, file: str) -> Document[Model]:
        """The document in that file; Refused when it is wrong."""
        if file not in self._read:
            try:
                self._read[file] = document(self._bytes(file), shown_path(file))
            except Refused as refused:
                self._read[file] = refused
        found = self._read[file]
        if isinstance(found, Refused):
            raise found
        return found

    def text(self, file: str) -> str:
        """The text of a sound document, as it is written."""
        return self._bytes(file).decode("utf-8-sig")

    def received(self, sha256: str) -> bytes | None:
        """The bytes with that hash, of a document that was read here; None where none has it, or has it still."""
        for file, found in self._read.items():
            if isinstance(found, Document) and found.parsed.sha256 == sha256:
                content = self._bytes(file)
                return content if hashlib.sha256(content).hexdigest() == sha256 else None
        return None

    def _bytes(self, file: str) -> bytes:
        if file in self.texts:
            return self.texts[file]
        try:
            with open(file, "rb", buffering=0) as opened:
                refuse_too_large(os.fstat(opened.fileno()).st_size, shown_path(file))
                return opened.read()
        except OSError as error:
            says = Text(f"niet te lezen: {error.strerror}", f"cannot be read: {error.strerror}")
            raise Refused([Problem("unreadable", Place(shown_path(file)), says)]) from None

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What each file is, in the order of the files; files that cannot be used are left out."""
        return tuple(entry for file in self.files if (entry := self._entry(file)))

    def _entry(self, file: str) -> Entry | None:
        try:
            head = {key.decode(): value.decode() for key, value in reversed(_HEAD.findall(self._bytes(file)))}
            kind = _KINDS.get(head.get("schema", ""))
            if kind and kind in head:
                return Entry(file, kind, head[kind], head.get("on_measure"))
            return _entry_of(file, self.document(file).model)
        except (Refused, UnicodeDecodeError):
            return None

    @cached_property
    def _by_name(self) -> dict[tuple[Kind, str], list[Entry]]:
        named: dict[tuple[Kind, str], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            named[entry.kind, entry.name].append(entry)
        return named

    @cached_property
    def _by_measure(self) -> dict[str, list[Entry]]:
        deciding: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.kind == "decision" and entry.on_measure:
                deciding[entry.on_measure].append(entry)
        return deciding

    def doubles(self, looked_at: AbstractSet[str] | None = None) -> Iterator[Problem]:
        """Given documents of one kind with the same name, at each place after the first; of those looked at, or all."""
        looked_at = self.given if looked_at is None else looked_at
        for (kind, name), entries in sorted(self._by_name.items()):
            # versions of a law have one name, and a folder that keeps them apart
            given = [entry for entry in entries if entry.file in self.given and kind != "law"]
            given.sort(key=lambda entry: entry.file in looked_at)  # what was there before is not to blame
            for entry in given[1:]:
                if entry.file not in looked_at:
                    continue
                says = Text(
                    nl=f"«{kind}: {name}» staat ook in {shown_path(given[0].file)}",
                    en=f"'{kind}: {name}' also stands in {shown_path(given[0].file)}",
                )
                yield Problem("duplicate-document", self._place(entry), says)

    def _place(self, entry: Entry) -> Place:
        """Where a document says its name; the file where it cannot be used."""
        try:
            return self.document(entry.file).place(entry.kind)
        except Refused:
            return Place(shown_path(entry.file), path=entry.kind)

    def area(self, name: str) -> Document[Area] | None:
        """The area of that name, where its document is sound."""
        return next(self._sound(self._by_name.get(("area", name), ()), Area), None)

    def figures(self, code: str) -> Document[Figures] | None:
        """The figures about what has that code, where their document is sound."""
        return next(self._sound(self._by_name.get(("figures", code), ()), Figures), None)

    def measure(self, name: str) -> Document[Measure] | None:
        """The measure of that name, where its document is sound."""
        return next(self._sound(self._by_name.get(("measure", name), ()), Measure), None)

    def areas(self) -> Iterator[Document[Area]]:
        """All areas whose documents are sound, by name."""
        return self._sound((entries[0] for _, entries in self._of_kind("area")), Area)

    def measures(self) -> Iterator[Document[Measure]]:
        """All measures whose documents are sound, by name."""
        return self._sound((entries[0] for _, entries in self._of_kind("measure")), Measure)

    def _of_kind(self, wanted: Kind) -> Iterator[tuple[str, list[Entry]]]:
        return ((name, entries) for (kind, name), entries in sorted(self._by_name.items()) if kind == wanted)

    def refused(self) -> Iterator[Problem]:
        """What is wrong with the documents that cannot be used."""
        for file in self.files:
            try:
                self.document(file)
            except Refused as refusal:
                yield from refusal.problems

    def decisions(self, measure: str) -> Sequence[Document[Decision]]:
        """The decisions on that measure, oldest first, as far as their documents are sound."""
        first_of_name = {entry.name: entry for entry in reversed(self._by_measure.get(measure, ()))}
        found = self._sound(first_of_name.values(), Decision)
        return sorted(found, key=lambda each: (each.model.decided.last, each.model.decision))

    def naming(self, municipality: str, part: str) -> Sequence[Document[Measure]]:
        """The measures of that municipality on that part: the collection is taken for the whole portfolio."""
        wanted, escaped = part.encode(), b"\\"
        first_of_name = {name: entries[0] for (kind, name), entries in self._by_name.items() if kind == "measure"}
        candidates = (
            entry for entry in first_of_name.values() if wanted in (text := self._bytes(entry.file)) or escaped in text
        )
        return [each for each in self._sound(candidates, Measure) if _names(each.model, municipality, part)]

    def _sound(self, entries: Iterable[Entry], model: type[M]) -> Iterator[Document[M]]:
        for entry in entries:
            try:
                found = self.document(entry.file)
            except Refused:
                continue
            if isinstance(found.model, model):
                yield Document(found.model, found.parsed)


def _with_entries(
    files: Sequence[str], given: frozenset[str], texts: dict[str, bytes], entries: tuple[Entry, ...]
) -> Collection:
    made = Collection(files, given, texts)
    made.entries = entries
    return made


def _names(measure: Measure, municipality: str, part: str) -> bool:
    place = measure.place
    return place.municipality == municipality and part in (place.area, *(stated.part for stated in place.parts))


def _entry_of(file: str, model: Model) -> Entry | None:
    match model:
        case Area():
            return Entry(file, "area", model.area)
        case Figures():
            return Entry(file, "figures", model.figures)
        case Measure():
            return Entry(file, "measure", model.measure)
        case Decision():
            return Entry(file, "decision", model.decision, model.on_measure)
        case LawDocument():
            return Entry(file, "law", model.law)
        case _:
            return None


def shown_path(file: str) -> str:
    """How a file is named in output: as given, with forward slashes."""
    return "<stdin>" if file == STDIN else file.replace(os.sep, "/")


def portfolio_root(file: str, shipped: str) -> str:
    """The measures root that a file belongs to: the nearest folder above it that holds documents by kind.

    Without one it is the shipped folder.
    """
    if file != STDIN:
        for folder in Path(file).resolve().parents:
            if any((folder / name).is_dir() for name in ("areas", "figures", "proposals", "decisions")):
                return os.path.relpath(folder)
    return shipped
