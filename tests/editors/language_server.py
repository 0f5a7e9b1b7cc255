"""The editor's side: a real yaml-language-server completes and checks our documents, by way of their first line.

    python tests/editors/language_server.py PATH/TO/yaml-language-server

VS Code and many other editors talk to this very program. It is started over stdio, given shipped documents and mutated
copies of them (as text: nothing is written to disk), and asked what a person who types would see. `.ci/run` installs
it; the tests need no npm. Exit 1, with what was seen, when an editor would not help. Standard library only.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent.parent
MEASURE = ROOT / "measures/proposals/rotterdam/2018-designation.yaml"
LAW = ROOT / "rules/laws/wbmgp/2008-06-13.yaml"
CURSOR = "▮"
LIMIT = 120  # seconds for everything, on a slow machine; five are enough on two cores
SETTINGS = {"yaml": {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}}


class Failed(Exception):
    """An editor would not show what it should."""


class Server:
    """A language server over stdio, spoken to one message at a time; Failed when it ends or refuses."""

    def __init__(self, to: IO[bytes], answers: IO[bytes]) -> None:
        self._to, self._answers = to, answers
        self._asked = 0
        self.diagnosed: dict[str, list[dict[str, Any]]] = {}
        self.request("initialize", {"processId": None, "rootUri": ROOT.as_uri(), "capabilities": {}})
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": SETTINGS})

    def request(self, method: str, params: Any) -> Any:
        """The answer to a request; what the server asks or tells meanwhile is dealt with."""
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._asked and "method" not in message:
                if "error" in message:
                    raise Failed(f"{method}: {message['error']}")
                return message.get("result")

    def notify(self, method: str, params: Any) -> None:
        """Tell the server something that it does not answer."""
        self._send({"method": method, "params": params})

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """What the server finds wrong with an opened document, once it has said so."""
        while uri not in self.diagnosed:
            self._next()
        return self.diagnosed[uri]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._to.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._to.flush()

    def _next(self) -> dict[str, Any]:
        """The next message, after what the server itself asks or tells by it has been dealt with."""
        message = self._read()
        match message.get("method"):
            case "textDocument/publishDiagnostics":
                found = message["params"]
                self.diagnosed[found["uri"]] = found["diagnostics"]
            case "workspace/configuration":
                asked = [item.get("section", "") for item in message["params"]["items"]]
                self._send({"id": message["id"], "result": [SETTINGS.get(section) for section in asked]})
            case str() if "id" in message:
                self._send({"id": message["id"], "result": None})
        return message

    def _read(self) -> dict[str, Any]:
        length = 0
        while line := self._answers.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        if not length:
            raise Failed(f"the language server ended, or was ended after {LIMIT} seconds")
        message: dict[str, Any] = json.loads(self._answers.read(length))
        return message


class Opened:
    """A text opened in an editor, as a file beside `beside`; the cursor stands at the CURSOR in it."""

    def __init__(self, server: Server, beside: Path, text: str) -> None:
        self._server = server
        self.uri = beside.with_name(f"open-in-an-editor-{len(server.diagnosed)}.yaml").as_uri()
        before, _, after = text.partition(CURSOR)
        self._cursor = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        opened = {"uri": self.uri, "languageId": "yaml", "version": 1, "text": before + after}
        server.notify("textDocument/didOpen", {"textDocument": opened})
        server.diagnostics(self.uri)

    @property
    def problems(self) -> list[tuple[int, str]]:
        """What is underlined: the line, from 1, and the message."""
        found = self._server.diagnostics(self.uri)
        return [(each["range"]["start"]["line"] + 1, each["message"]) for each in found]

    @property
    def offered(self) -> list[str]:
        """What completion offers at the cursor."""
        found = self._asked("completion")
        return sorted(item["label"] for item in (found["items"] if isinstance(found, dict) else found or []))

    @property
    def hovered(self) -> str:
        """What is shown while the mouse rests on the cursor."""
        return json.dumps(self._asked("hover"), ensure_ascii=False)

    def _asked(self, what: str) -> Any:
        return self._server.request(
            f"textDocument/{what}", {"textDocument": {"uri": self.uri}, "position": self._cursor}
        )


def replaced(file: Path, old: str, new: str) -> tuple[str, int]:
    """The shipped text with one change, and the line of that change."""
    text = file.read_text(encoding="utf-8")
    if old not in text:
        raise Failed(f"{file.relative_to(ROOT)} no longer holds «{old}»")
    return text.replace(old, new, 1), text[: text.index(old)].count("\n") + 1


MISTAKES = [
    ("a misspelt key", MEASURE, "\nasked: {", "\naskd: {", 1),
    ("a wrong choice", MEASURE, "kind: street", "kind: strete", 0),
    ("a wrong code", MEASURE, "municipality: GM0599", "municipality: GM599", 0),
    ("a misspelt fact", LAW, "fact: part.inactive_share", "fact: part.inactive_shares", 0),
    ("a wrong comparison", LAW, "measure.term, at_most:", "measure.term, at_least:", 0),
    ("a wrong unit", LAW, "part.inactive_share, at_least: 25 %", "part.inactive_share, at_least: 25", 0),
]
COMPLETED = [
    ("keys of a measure", MEASURE, "\nasked:", f"\n{CURSOR}\nasked_:", ["asked", "summary"]),
    ("domains", MEASURE, "domains: [wonen]", f"domains: [{CURSOR}]", ["onderwijs", "werk", "wonen"]),
    ("instruments", MEASURE, "instrument: wbmgp/priority", f"instrument: {CURSOR}", ["wbmgp/priority"]),
    ("facts", LAW, "{fact: part.inactive_share,", f"{{fact: {CURSOR},", ["part.inactive_share", "measure.term"]),
]
HOVERED = [
    ("a key", MEASURE, "domains:", f"dom{CURSOR}ains:", "de domeinen waarin de maatregel werkt"),
    ("a word from a list", MEASURE, "reconstruction", f"recon{CURSOR}struction", "history, rebuilt from sources"),
    ("a comparison", LAW, "share, at_least:", f"share, at_{CURSOR}least:", "the fact is this large at least"),
]


def held(server: Server) -> Iterator[str]:
    """What an editor does as it should, one line each; Failed at the first thing that it does not."""
    shipped = [Opened(server, file, file.read_text(encoding="utf-8")) for file in (MEASURE, LAW)]
    for name, file, old, new, below in MISTAKES:
        text, line = replaced(file, old, new)
        found = Opened(server, file, text).problems
        if line + below not in [at for at, _ in found]:
            raise Failed(f"{name} is not underlined on line {line + below}, but: {found}")
        yield f"{name} is underlined"
    for name, file, old, new, wanted in COMPLETED:
        offered = Opened(server, file, replaced(file, old, new)[0]).offered
        if missing := set(wanted) - set(offered):
            raise Failed(f"{name}: {sorted(missing)} not offered, but: {offered}")
        yield f"{name} are completed"
    for name, file, old, new, said in HOVERED:
        seen = Opened(server, file, replaced(file, old, new)[0]).hovered
        if said not in seen:
            raise Failed(f"{name}: «{said}» is not shown, but: {seen}")
        yield f"{name} is explained"
    # last, when the schemas have long been read: it is not for want of them that nothing is wrong
    for document in shipped:
        if document.problems:
            raise Failed(f"a shipped document is underlined: {document.problems}")
    yield "shipped documents are right"

    bare = replaced(MEASURE, "\nasked:", f"\n{CURSOR}\nasked_:")[0].partition("\n")[2]
    if "summary" in (offered := Opened(server, MEASURE, bare).offered):
        raise Failed(f"without the first line there should be no help, but: {offered}")
    yield "without the first line there is none of this"


def main() -> int:
    """Run the server that is named on the command line, and look."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with subprocess.Popen([sys.argv[1], "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            watchdog = threading.Timer(LIMIT, process.kill)
            watchdog.start()
            try:
                assert process.stdin
                assert process.stdout
                for line in held(Server(process.stdin, process.stdout)):
                    print(line)
            finally:
                watchdog.cancel()
                process.kill()
    except (Failed, OSError) as failed:
        print(f"an editor would not help: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
