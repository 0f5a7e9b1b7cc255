"""What the log signs and a witness adds: only after proof that the log went on where the last checkpoint ended."""

import base64
from typing import NamedTuple

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from registry.audit import tree
from registry.audit.note import Checkpoint, Signer, Verifier, cosigned, signed, signs
from registry.audit.rows import as_bytes
from registry.refusals import ActRefused
from registry.store import nodes_in
from registry.tables import EntryRow, HeadRow
from rules.text import Text


def next_checkpoint(session: Session, signer: Signer, last: Checkpoint | None) -> Checkpoint:
    """The log as it is now, signed; ActRefused where it does not go on where the last checkpoint ended."""
    size = log_size(session)
    made = Checkpoint(signer.name, size, tree.root(size, nodes_in(session)))
    if last is not None:
        if not signs(signer.verifier, last):
            raise ActRefused(
                "wrong-signature",
                Text(
                    f"het vorige checkpoint is niet van {signer.name}", f"the last checkpoint is not of {signer.name}"
                ),
            )
        _refuse_other(session, last, made)
    return signed(made, signer)


def witnessed(
    session: Session, seen: Checkpoint, kept: Checkpoint | None, log: Verifier, signer: Signer, seconds: int
) -> Checkpoint:
    """The checkpoint with what the witness says of it; ActRefused where it does not continue the one that was kept.

    It must be of the log as it is now: then what comes after it cannot say that it was recorded before.
    """
    for each in (seen, kept):
        if each is not None and not signs(log, each):
            raise ActRefused(
                "wrong-signature", Text(f"niet getekend door het log {log.name}", f"not signed by the log {log.name}")
            )
    _refuse_other(session, kept or Checkpoint(seen.origin, 0, tree.EMPTY), seen)
    if (size := log_size(session)) > seen.size:
        says = Text(
            f"het log is al verder ({size} regels, dit checkpoint {seen.size}): neem een nieuw checkpoint, dan bewijst"
            " uw tijd van wat erna komt dat het er nog niet was",
            f"the log has gone on ({size} entries, this checkpoint {seen.size}): take a new one, so that your time"
            " proves of what comes after it that it was not there yet",
        )
        raise ActRefused("log-went-on", says)
    if root_at(session, seen.size) not in (None, seen.root):
        raise ActRefused(
            "not-of-this-register",
            Text("dit checkpoint is niet van dit register", "this checkpoint is not of this register"),
        )
    return cosigned(seen, signer, seconds)


def log_size(session: Session) -> int:
    """How long the register says that its log is; its row may be gone."""
    return session.exec(select(HeadRow.size)).first() or 0


def root_at(session: Session, size: int) -> bytes | None:
    """The root that the register has at that size; None where it has not come that far."""
    there = log_size(session)
    return tree.root(size, nodes_in(session)) if size <= there else None


def _refuse_other(session: Session, old: Checkpoint, new: Checkpoint) -> None:
    """ActRefused unless the new checkpoint only adds to the old one. The proof is checked, not trusted."""
    if old.origin != new.origin:
        raise ActRefused(
            "other-log",
            Text(f"van een ander log: {old.origin}, {new.origin}", f"of another log: {old.origin}, {new.origin}"),
        )
    if old.size > new.size:
        raise ActRefused(
            "shorter",
            Text(
                f"het log had {old.size} regels en nu {new.size}: er is een eind af",
                f"the log had {old.size} entries and now {new.size}: its end was cut off",
            ),
        )
    size = log_size(session)
    proof = tree.consistency(old.size, new.size, nodes_in(session)) if new.size <= size else []
    if not tree.extends(old.size, old.root, new.size, new.root, proof):
        raise ActRefused(
            "not-continued",
            Text(
                f"de eerste {old.size} regels zijn niet meer die van toen: dit gaat niet verder op dat checkpoint",
                f"the first {old.size} entries are no longer those of then: this does not continue that checkpoint",
            ),
        )


class Proof(NamedTuple):
    """That an entry is in the log, by a checkpoint: readable without the register (c2sp.org/tlog-proof)."""

    entry: bytes
    number: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint

    @property
    def holds(self) -> bool:
        return tree.included(
            tree.leaf(self.entry), self.number, self.checkpoint.size, self.hashes, self.checkpoint.root
        )

    def __str__(self) -> str:
        path = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.hashes)
        return f"c2sp.org/tlog-proof@v1\nindex {self.number}\n{path}\n{self.checkpoint}"


def proof_of(session: Session, wanted: str, checkpoint: Checkpoint) -> Proof:
    """The proof of an entry by number or key, or of the last decision on a measure; ActRefused where there is none."""
    row = _entry(session, wanted)
    if row is None:
        raise ActRefused("unknown-entry", Text(f"geen regel of besluit: {wanted}", f"no entry or decision: {wanted}"))
    size = log_size(session)
    if row.number >= checkpoint.size or checkpoint.size > size:
        says = Text(
            f"regel {row.number} ligt niet onder dit checkpoint ({checkpoint.size} van {size} regels): maak een nieuw",
            f"entry {row.number} is not under this checkpoint ({checkpoint.size} of {size} entries): make a new one",
        )
        raise ActRefused("not-under-checkpoint", says)
    made = proof_at(session, row.number, checkpoint)
    if not made.holds:
        raise ActRefused(
            "not-continued",
            Text(
                "het register hoort niet bij dit checkpoint: audit verify zegt waar",
                "the register is not that of this checkpoint: audit verify says where",
            ),
        )
    return made


def proof_at(session: Session, number: int, checkpoint: Checkpoint) -> Proof:
    """The proof of the entry with that number, whether it holds or not."""
    row = session.get_one(EntryRow, number)
    hashes = tree.inclusion(number, checkpoint.size, nodes_in(session))
    return Proof(as_bytes(row.content), number, tuple(hashes), checkpoint)


def _entry(session: Session, wanted: str) -> EntryRow | None:
    if wanted.isdecimal():
        return session.get(EntryRow, int(wanted))
    decided = col(EntryRow.kind).in_(["decide", "deem"])
    named = or_(col(EntryRow.id) == wanted, and_(col(EntryRow.subject) == wanted, decided))
    asked = select(EntryRow).where(named)
    return session.exec(asked.order_by(col(EntryRow.number).desc())).first()
