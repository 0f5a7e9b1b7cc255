"""Checkpoints of the log as signed notes, the keys that sign them, and what a witness adds (C2SP, Ed25519).

Formats: c2sp.org/signed-note, /tlog-checkpoint, /tlog-cosignature. A key signs under its own name; what it signed is
told apart by the first bytes of its hash, so signatures of keys that are not known here are passed over.
"""

import base64
import binascii
import hashlib
from typing import NamedTuple, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rules.text import Text

LOG, WITNESS = 0x01, 0x04  # the kinds of signature: of the log itself, and with a time beside it
_PRIVATE = "PRIVATE+KEY+"
_DASH = "— "
_STAMP = 8  # bytes of a time, in seconds since 1970


class WrongNote(Exception):
    """What should be a key or a checkpoint is not; `why` says what was found and expected."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


class Verifier(NamedTuple):
    """The public half of a key: what it is called, which kind of signature it makes, and its 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def hint(self) -> bytes:
        """The first bytes of the hash of the key, which stand before its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.hint.hex()}+{_base64(bytes([self.kind]) + self.public)}"


class Signer(NamedTuple):
    """A key with its secret half."""

    name: str
    kind: int
    secret: bytes

    @property
    def verifier(self) -> Verifier:
        public = Ed25519PrivateKey.from_private_bytes(self.secret).public_key()
        return Verifier(self.name, self.kind, public.public_bytes_raw())

    def __str__(self) -> str:
        """The form in which it is kept: whoever reads it can sign."""
        return f"{_PRIVATE}{self.name}+{self.verifier.hint.hex()}+{_base64(bytes([self.kind]) + self.secret)}"


class Signature(NamedTuple):
    """One line under a checkpoint: whose, the hint of the key, and the bytes that it made."""

    name: str
    hint: bytes
    made: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {_base64(self.hint + self.made)}"


class Checkpoint(NamedTuple):
    """How long a log was and what its root was then, and who signed that."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[Signature, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    def __str__(self) -> str:
        return f"{self.text}\n" + "".join(f"{each}\n" for each in self.signatures)


def new_signer(name: str, kind: int) -> Signer:
    """A key that nobody has yet; WrongNote where nothing can be signed under that name."""
    if not name or any(c.isspace() or c == "+" or not c.isprintable() for c in name):
        raise WrongNote(Text(f"een naam zonder spatie of +, niet «{name}»", f"a name without space or +, not '{name}'"))
    return Signer(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())


def signed(checkpoint: Checkpoint, signer: Signer) -> Checkpoint:
    """The checkpoint with the signature of the log."""
    assert signer.kind == LOG, signer.name
    made = Ed25519PrivateKey.from_private_bytes(signer.secret).sign(checkpoint.text.encode())
    return _with(checkpoint, Signature(signer.name, signer.verifier.hint, made))


def cosigned(checkpoint: Checkpoint, signer: Signer, seconds: int) -> Checkpoint:
    """The checkpoint with what a witness says of it: seen at that time, in seconds since 1970."""
    assert signer.kind == WITNESS, signer.name
    made = Ed25519PrivateKey.from_private_bytes(signer.secret).sign(_witnessed(checkpoint, seconds))
    stamp = seconds.to_bytes(_STAMP, "big")
    return _with(checkpoint, Signature(signer.name, signer.verifier.hint, stamp + made))


def _with(checkpoint: Checkpoint, signature: Signature) -> Checkpoint:
    """A key that signs again replaces what it signed before."""
    others = tuple(each for each in checkpoint.signatures if each[:2] != signature[:2])
    return checkpoint._replace(signatures=(*others, signature))


def _witnessed(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()


def signs(verifier: Verifier, checkpoint: Checkpoint) -> bool:
    """Whether that key signed the checkpoint."""
    return any(_holds(verifier, checkpoint, each) for each in checkpoint.signatures)


def witnessed_at(verifier: Verifier, checkpoint: Checkpoint) -> int | None:
    """When that witness signed the checkpoint, in seconds since 1970; None where it did not."""
    for each in checkpoint.signatures:
        if verifier.kind == WITNESS and _holds(verifier, checkpoint, each):
            return int.from_bytes(each.made[:_STAMP], "big")
    return None


def _holds(verifier: Verifier, checkpoint: Checkpoint, signature: Signature) -> bool:
    if (signature.name, signature.hint) != (verifier.name, verifier.hint):
        return False
    made, message = signature.made, checkpoint.text.encode()
    if verifier.kind == WITNESS:
        message = _witnessed(checkpoint, int.from_bytes(made[:_STAMP], "big"))
        made = made[_STAMP:]
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(made, message)
    except InvalidSignature:
        return False
    return True


def checkpoint_of(text: str) -> Checkpoint:
    """The checkpoint that a file holds; WrongNote where it holds none."""
    body, apart, below = text.partition("\n\n")
    stated = body.split("\n")
    if not apart or len(stated) < 3 or not _is_size(stated[1]) or not stated[0]:
        raise WrongNote(
            Text(
                "geen checkpoint: verwacht oorsprong, lengte en wortel, een lege regel en handtekeningen",
                "no checkpoint: expected origin, size and root, an empty line and signatures",
            )
        )
    if len(stated) > 3:
        raise WrongNote(Text("een checkpoint met extra regels", "a checkpoint with lines beyond its root"))
    root = _bytes_of(stated[2])
    if len(root) != hashlib.sha256().digest_size:
        raise WrongNote(Text("de wortel is geen SHA-256", "the root is no SHA-256"))
    return Checkpoint(stated[0], int(stated[1]), root, tuple(_signature_of(line) for line in below.splitlines()))


def _is_size(stated: str) -> bool:
    return stated.isascii() and stated.isdecimal() and str(int(stated)) == stated


def _signature_of(line: str) -> Signature:
    name, apart, stated = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not apart or not name:
        raise WrongNote(Text(f"geen handtekening: «{line}»", f"no signature: '{line}'"))
    made = _bytes_of(stated)
    if len(made) < 5:
        raise WrongNote(Text(f"een te korte handtekening van {name}", f"too short a signature of {name}"))
    return Signature(name, made[:4], made[4:])


def verifier_of(stated: str) -> Verifier:
    """The public key that a text states."""
    name, kind, content, hint = _key(stated)
    return _matching(Verifier(name, kind, content), hint)


def signer_of(stated: str) -> Signer:
    """The secret key that a file holds."""
    if not stated.startswith(_PRIVATE):
        raise WrongNote(
            Text("geen geheime sleutel: maak er een met audit key", "no secret key: make one with audit key")
        )
    name, kind, content, hint = _key(stated.removeprefix(_PRIVATE))
    made = Signer(name, kind, content)
    _matching(made.verifier, hint)
    return made


Key = TypeVar("Key", Verifier, Signer)


def of_kind(key: Key, kind: int) -> Key:
    """The key, if it makes that kind of signature."""
    if key.kind == kind:
        return key
    nl, en = ("een log", "a log") if kind == LOG else ("een getuige", "a witness")
    raise WrongNote(
        Text(
            f"{key.name} is geen sleutel van {nl}: maak er een met audit key",
            f"{key.name} is no key of {en}: make one with audit key",
        )
    )


def _key(stated: str) -> tuple[str, int, bytes, str]:
    name, _, rest = stated.strip().partition("+")
    hint, _, material = rest.partition("+")
    content = _bytes_of(material)
    if not name or len(content) != 33 or content[0] not in (LOG, WITNESS):
        raise WrongNote(
            Text("geen sleutel: verwacht naam+kenmerk+sleutel (Ed25519)", "no key: expected name+hint+key (Ed25519)")
        )
    return name, content[0], content[1:], hint


def _matching(key: Verifier, hint: str) -> Verifier:
    if key.hint.hex() != hint:
        raise WrongNote(
            Text(f"sleutel {key.name}: het kenmerk hoort er niet bij", f"key {key.name}: its hint is of another")
        )
    return key


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes_of(stated: str) -> bytes:
    try:
        content = base64.b64decode(stated, validate=True)
    except binascii.Error as error:
        raise WrongNote(Text(f"geen base64: «{stated}»", f"no base64: '{stated}'")) from error
    if _base64(content) != stated:  # one way to write it: else one signature could be shown as two
        raise WrongNote(Text(f"geen base64: «{stated}»", f"no base64: '{stated}'"))
    return content
