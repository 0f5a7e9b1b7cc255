"""All that an auditor needs without us, in one zip: log, documents, rules, checkpoints, proofs and a verifier.

The same register and checkpoints give the same bytes: files have a fixed order and time.
"""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from sqlmodel import Session, col, select

from registry.audit.note import Checkpoint, WrongNote
from registry.audit.rows import as_bytes, log_rows
from registry.audit.signing import proof_at
from registry.refusals import ActRefused
from registry.tables import DocumentRow, EntryRow
from registry.writing import whole
from rules.text import Text

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip knows: when it was made says nothing of what is in it
_README = """# Audit bundle

What a register of exemptions held, so that it can be checked without the register and without its software.

    python3 verify.py BUNDLE.zip --policy YOUR-POLICY --checkpoint YOUR-CHECKPOINT

`verify.py` needs Python 3.9 or newer and nothing else (signatures: the package cryptography, or the openssl program).
Read it before you trust it, or take it from elsewhere. Use the policy and the checkpoints that you kept yourself: those
in this bundle come from whoever made it.

| | |
|---|---|
| `log.jsonl` | the log: one entry on each line, in canonical JSON (RFC 8785) |
| `documents/` | what the entries name by SHA-256: measures and decisions as received, areas and figures of a check |
| | and its rules: `rules` in an entry names the manifest of them, which names each file of laws and lists |
| `checkpoints/` | how long the log was and its root, with signatures (C2SP signed note, RFC 6962) |
| `policy.txt` | whose signatures count (C2SP tlog-policy) |
| `proofs/` | for each decision under the newest checkpoint, that it is in the log (C2SP tlog-proof) |

Names of people are not in here: an entry has the name under which somebody acts in the register.
"""


def write_bundle(session: Session, path: Path, kept: Sequence[tuple[str, Checkpoint]], policy: str) -> int:
    """Writes the bundle and gives how many files it has; WrongNote where two checkpoints have the same name."""
    if len({name for name, _ in kept}) < len(kept):
        raise WrongNote(Text("twee checkpoints met dezelfde naam", "two checkpoints of the same name"))
    count = 0
    with whole(path) as written, zipfile.ZipFile(written, "w") as bundle:
        for name, chunks in _files(session, kept, policy):
            with bundle.open(_entry(name), "w", force_zip64=name == "log.jsonl") as out:  # a log may pass 2 GB
                for chunk in chunks:
                    out.write(chunk)
            count += 1
    return count


def _entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, _TIME)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.external_attr = 0o644 << 16
    return made


def _files(
    session: Session, kept: Sequence[tuple[str, Checkpoint]], policy: str
) -> Iterator[tuple[str, Iterator[bytes]]]:
    yield "README.md", iter([_README.encode()])
    yield "verify.py", iter([(files("registry.audit") / "verifier.py").read_bytes()])
    yield "policy.txt", iter([policy.encode()])
    yield "log.jsonl", (row.content + b"\n" for row in log_rows(session))
    for name, checkpoint in sorted(kept):
        yield f"checkpoints/{name.removesuffix('.txt')}.txt", iter([str(checkpoint).encode()])
    for sha in session.exec(select(DocumentRow.sha256).order_by(col(DocumentRow.sha256))).all():
        row = session.get(DocumentRow, sha)
        assert row is not None
        yield f"documents/{sha}", iter([as_bytes(row.content)])
        session.expunge(row)
    newest = max((checkpoint for _, checkpoint in kept), key=lambda each: each.size)
    asked = select(EntryRow.number).where(
        col(EntryRow.kind).in_(["decide", "deem"]), col(EntryRow.number) < newest.size
    )
    for number in session.exec(asked.order_by(col(EntryRow.number))).all():
        with suppress(ActRefused):  # a tree that lacks nodes
            proof = proof_at(session, number, newest)  # whether it holds is for whoever reads the bundle
            yield f"proofs/{number}.tlog-proof", iter([str(proof).encode()])
