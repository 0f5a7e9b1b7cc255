"""Check an audit bundle with the standard library of Python alone: `python3 -I verify.py BUNDLE`.

It shares no code with what wrote the bundle. Take this file and the policy (public keys) from a source that you trust
rather than from the bundle, and pass each checkpoint that you kept. Formats: RFC 8785 (entries), RFC 6962 and RFC 9162
(tree), C2SP signed-note and tlog-checkpoint, -cosignature, -policy and -proof.
Ends with 0 (all that was checked holds), 1 (something is wrong) or 2 (could not read what was given).
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

SMALL, LONGEST_LINE, MOST_BYTES, MOST_RATIO, MOST_TOLD = 1 << 20, 1 << 26, 1 << 36, 200, 50  # limits
READING_FAILS = (OSError, EOFError, RuntimeError, ValueError, KeyError, zipfile.BadZipFile, zlib.error)
OPEN = "that the tables of the database follow from the log; that the checks were right; that who acted was allowed to"


class Unreadable(Exception):
    """What was given could not be read: the file, and what was expected."""


def shown(text: object) -> str:
    """Text from a file, with what does not print made visible, and nothing that a runner of CI takes for a command."""
    visible = "".join(char if char.isprintable() else f"⟨U+{ord(char):04X}⟩" for char in str(text)[:1000])
    return re.sub(r"(?<=#)#(?=\w*\[)", "⟨U+0023⟩", visible)


def read(path: Any, how: Any, expected: str) -> Any:
    """What a small file says, to one of the readers below."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(SMALL + 1)
        return how(raw if len(raw) <= SMALL else b"", path.name)
    except READING_FAILS as failure:
        raise Unreadable(f"{path}: {expected} expected ({failure})") from None


def open_bundle(path: Path) -> Any:
    """The bundle, folder or zip, as a path to look under; a zip with traps is refused."""
    if path.is_dir():
        return path
    try:
        bundle = zipfile.ZipFile(path)
    except READING_FAILS as failure:
        raise Unreadable(f"{path}: a zip file or a folder expected ({failure})") from None
    members = bundle.infolist()
    for member in members:
        parts = re.sub("/$", "", member.filename).split("/")
        if {"", ".", ".."} & set(parts) or re.search(r"[\\:]", member.filename):
            raise Unreadable(f"{path}: a name inside the bundle expected, not {member.filename}")
        if member.file_size > SMALL and member.file_size > MOST_RATIO * member.compress_size:
            raise Unreadable(f"{path}: {member.filename}: at most {MOST_RATIO} times its packed size expected")
    if len(set(bundle.namelist())) < len(members) or sum(each.file_size for each in members) > MOST_BYTES:
        raise Unreadable(f"{path}: each name once, and at most {MOST_BYTES} bytes once unpacked, expected")
    return zipfile.Path(bundle)


def files(folder: Any, ending: str = "") -> list[Any]:
    """The files in a folder of the bundle, by name."""
    found = [each for each in folder.iterdir() if each.name.endswith(ending)] if folder.is_dir() else []
    return sorted(found, key=lambda each: str(each.name))


# --- Ed25519: the package cryptography, else the program openssl (3.0 or later). Each is false when it is not here.


def by_cryptography(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature holds."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def by_openssl(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature holds."""
    program = shutil.which("openssl")
    with tempfile.TemporaryDirectory() as folder:
        key, text, signed = (Path(folder, name) for name in ("key", "text", "signature"))
        key.write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
        text.write_bytes(message)
        signed.write_bytes(signature)
        command = [program or "", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", str(key)]
        command += ["-in", str(text), "-sigfile", str(signed)]
        return bool(program) and subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - openssl as found, with files made here


def ed25519() -> Any:
    """What checks signatures here: the first that tells a true one from a false (RFC 8032, 7.1, test 2), or None."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signed = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    signature = bytes.fromhex(signed + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    ways = (by_cryptography, by_openssl)
    return next((way for way in ways if way(public, b"r", signature) and not way(public, b"s", signature)), None)


# --- Policy, checkpoints and proofs: the readers raise ValueError


class Policy(NamedTuple):
    """Keys by name and key id, of a log ("") or a witness (its name); how many of which members make a group."""

    keys: dict[tuple[str, bytes], tuple[bytes, str]]
    groups: dict[str, tuple[int, list[str]]]  # a witness is a group without members, and "none" asks nobody
    quorum: list[str]

    def met(self, name: str, seen: set[str]) -> bool:
        """Whether a witness, or enough members of a group, are among those seen."""
        least, members = self.groups[name]
        return name in seen or sum(self.met(member, seen) for member in members) >= least


def base64_of(text: str, length: int = 0) -> bytes:
    """The bytes that base64 stands for, written in the one way there is."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text or length not in (0, len(raw)):
        raise ValueError(f"base64 of {length or 'some'} bytes")
    return raw


def read_policy(raw: bytes, _: str) -> Policy:
    """A policy as C2SP tlog-policy describes it, with at least one log."""
    policy, grouped, publics = Policy({}, {"none": (0, [])}, []), ["none"], []
    for number, line in enumerate(raw.decode("utf-8", "surrogateescape").split("\n"), 1):
        word, *rest = re.split(r"[ \t]+", line.strip(" \t"))
        new = bool(rest) and rest[0] not in policy.groups
        if (word == "log" and rest) or (word == "witness" and len(rest) > 1 and new):
            kind, witness = (1, "") if word == "log" else (4, rest.pop(0))
            name, key_id, coded = rest[0].split("+", 2)
            key = base64_of(coded, 33)
            right = sha256(name.encode("utf-8", "surrogateescape") + b"\n" + key).digest()[:4]
            if key[0] != kind or key_id != right.hex() or key in publics:
                raise ValueError(f"line {number}: a new Ed25519 key of kind {kind} with its own key id")
            publics.append(key)
            policy.keys[name, right] = key[1:], witness
            policy.groups.update({witness: (1, [])} if witness else {})
        elif word == "group" and len(rest) > 2 and new:
            name, least, *members = rest
            grouped += members
            number_of = {"any": 1, "all": len(members)}.get(least) or int(least)
            if not set(members) <= set(policy.groups) or len(set(grouped)) < len(grouped):
                raise ValueError(f"line {number}: members defined before, each in one group")
            if not 1 <= number_of <= len(members):
                raise ValueError(f"line {number}: any, all or a number of members")
            policy.groups[name] = number_of, members
        elif word == "quorum" and rest and not new:
            policy.quorum.append(rest[0])
        elif word and not word.startswith("#"):
            raise ValueError(f"line {number}: log, witness, group or quorum, with names new or known as each asks")
    if len(policy.quorum) != 1 or "" not in [witness for _, witness in policy.keys.values()]:
        raise ValueError("at least one log and exactly one quorum")
    return policy


class Checkpoint(NamedTuple):
    """What the log signed about itself at one size."""

    source: str
    text: bytes
    origin: str
    size: int
    root: bytes
    signatures: list[tuple[str, bytes]]


def read_checkpoint(raw: bytes, source: str) -> Checkpoint:
    """A checkpoint: origin, size, root, an empty line, and signatures."""
    text, _, rest = raw.rpartition(b"\n\n")
    origin, size, root, *more = text.decode().split("\n")
    notes = [re.fullmatch(r"— ([^\s+]+) (\S+)", line) for line in rest.decode().split("\n")[:-1]]
    if not rest.endswith(b"\n") or re.search(rb"[\0-\x09\x0b-\x1f]", raw) or "" in (origin, *more):
        raise ValueError("lines of text, an empty line and signature lines")
    if None in notes or not re.fullmatch("0|[1-9][0-9]{0,17}", size):
        raise ValueError("a size, and signature lines with name and base64")
    signatures = [(note[1], base64_of(note[2])) for note in notes if note]
    return Checkpoint(source, text + b"\n", origin, int(size), base64_of(root, 32), signatures)


def read_proof(raw: bytes, source: str) -> tuple[int, list[bytes], Checkpoint]:
    """A proof: the index of an entry, the hashes beside its way up, and the checkpoint at the top."""
    head, _, rest = raw.partition(b"\n\n")
    form = rb"c2sp\.org/tlog-proof@v1\n(?:extra [^\n]*\n)?index (0|[1-9][0-9]{0,17})((?:\n[^\n]+){0,64})"
    found = re.fullmatch(form, head)
    if not found:
        raise ValueError("its first line, an index, hashes and an empty line")
    path = [base64_of(line, 32) for line in found[2].decode().split("\n")[1:]]
    return int(found[1]), path, read_checkpoint(rest, source)


# --- Entries and tree


def members_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object of which each key stands once, in the order of RFC 8785."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names) or names != sorted(names, key=lambda name: name.encode("utf-16-be")):
        raise ValueError("a key stands twice, or keys are not sorted")
    return dict(pairs)


def whole(number: str) -> int:
    """A whole number that every reader of JSON takes for the same."""
    if not re.fullmatch("-?[0-9]{1,16}", number) or abs(int(number)) >= 1 << 53:
        raise ValueError(f"{number[:40]} is no whole number below 2^53")
    return int(number)


STRICT = json.JSONDecoder(object_pairs_hook=members_of, parse_int=whole, parse_float=whole, parse_constant=whole)
CANONICAL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def entry_of(raw: bytes) -> tuple[dict[str, Any], str, str]:
    """The entry on a line of the log as far as it can be read, its moment so that it sorts, and what is wrong."""
    try:
        entry = STRICT.decode(raw.decode()[:-1])
        if CANONICAL.encode(entry).encode() + b"\n" != raw:
            raise ValueError("its bytes are not canonical")
        document = "0" * 64 if entry["document"] is None else entry["document"]
        if type(entry["number"]) is not int or not re.fullmatch("[0-9a-f]{64}", document):
            raise ValueError("number or document is not what it should be")
        when = re.fullmatch(r"([0-9-]{10}T[0-9:]{8})(\.[0-9]{1,9})?(Z|\+00:00)", entry["recorded"])
        if not when or not {"id", "kind", "subject", "v"} <= set(entry):
            raise ValueError("id, kind, subject, v or a moment in UTC is missing")
        datetime.fromisoformat(when[1])
        return entry, when[1] + (when[2] or ".").ljust(10, "0"), ""
    except (ValueError, TypeError, KeyError, RecursionError) as failure:
        wrong = f"not a canonical entry: {failure}"
    try:
        loose = json.loads(raw)
    except (ValueError, RecursionError):
        loose = None
    return loose if isinstance(loose, dict) else {}, "", wrong


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two hashes side by side."""
    return sha256(b"\1" + left + right).digest()


def top(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a proof leads to (RFC 9162, 2.1.3.2), or nothing when it is too short or too long."""
    last = size - 1
    for beside in path:
        if last == 0:
            return b""
        leaf = node(beside, leaf) if index & 1 or index == last else node(leaf, beside)
        while index == last and not index & 1 and index:
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    return leaf if last == 0 else b""


def named(entry: dict[str, Any], manifest: Any) -> Iterator[str]:
    """The documents that an entry names by hash: its own, what its check read, and the rules of that check."""
    if isinstance(entry.get("document"), str):
        yield entry["document"]
    data = entry.get("data")
    if isinstance(data, dict) and isinstance(data.get("rules"), str):  # before rules were kept, receipts were not
        yield data["rules"]
        yield from manifest(data["rules"])
        receipt = data.get("receipt")
        if isinstance(receipt, dict):
            yield from (str(sha) for name, sha in receipt.items() if name != "portfolio")


def manifest_of(bundle: Any, sha: str) -> list[str]:
    """The files that a manifest of rules names by hash; none where it is none."""
    try:
        with (bundle / "documents" / re.fullmatch("[0-9a-f]{64}", sha)[0]).open("rb") as stream:  # type: ignore[index]
            return [str(each) for each in json.loads(stream.read(SMALL))["files"].values()]
    except (AttributeError, TypeError, *READING_FAILS):
        return []


class Audit:
    """What is checked, and what came of it: lines by level and mark."""

    def __init__(self, policy: Policy, holds: Any, checkpoints: list[Checkpoint]) -> None:
        self.policy, self.holds, self.checkpoints = policy, holds, checkpoints
        self.lines: dict[str, list[str]] = {}
        self.size, self.agreed = 0, 0
        self.roots: dict[int, bytes] = {}  # by size, where a checkpoint is
        self.leaves: dict[int, tuple[bytes, str]] = {}  # by number, where a proof or the end of a checkpoint is

    def say(self, level: str, mark: str, text: str) -> None:
        """Keep a line, unless there are too many like it already."""
        lines = self.lines.setdefault(f"{level:8} {mark}: ", [])
        if len(lines) <= MOST_TOLD:
            lines.append(shown(text) if len(lines) < MOST_TOLD else "… and more like these")

    def read_log(self, stream: Any, documents: dict[str, bool], manifest: Any, indices: set[int]) -> None:
        """Read the log once: each entry by itself, its place, its document; keep the roots and leaves asked for."""
        stack: list[bytes] = []  # the roots of the full trees that the log consists of, largest first
        sizes, unnamed, expected, before = {each.size for each in self.checkpoints}, set(documents), 0, ""
        while True:
            if self.size in sizes:
                root = stack[-1] if stack else sha256(b"").digest()
                for left in reversed(stack[:-1]):
                    root = node(left, root)
                self.roots[self.size] = root
            raw = stream.readline(LONGEST_LINE)
            if not raw:
                break
            entry, moment, wrong = entry_of(raw)
            number = entry.get("number")
            faults = [wrong] if wrong else []
            if number != expected:
                faults.append(f"number {number} where {expected} was expected")
            if moment and moment < before:
                faults.append("recorded before the entry above it")
            names = set(named(entry, manifest))
            bad = sorted(each for each in names if not documents.get(each))
            faults += [f"document {each} was {'changed' if each in documents else 'not found'}" for each in bad]
            unnamed -= names
            expected, before = (number if type(number) is int else expected) + 1, max(before, moment)
            name = "entry {} (id {}, kind {}, subject {})".format(*map(entry.get, ("number", "id", "kind", "subject")))
            name += f", line {self.size + 1} of log.jsonl"
            for fault in faults:
                self.say("bytes", "WRONG", f"{name}: {fault}")
            stack.append(sha256(b"\0" + raw[: -1 if raw.endswith(b"\n") else None]).digest())
            if self.size in indices or self.size + 1 in sizes:
                self.leaves[self.size] = stack[-1], name
            self.size += 1
            for _ in range((self.size & -self.size).bit_length() - 1):
                stack[-2:] = [node(*stack[-2:])]
        self.say(
            "bytes",
            "read",
            f"{self.size} entries: canonical, gap-free, in order of time, documents whole, but for WRONG",
        )
        for document in sorted(unnamed):
            self.say("bytes", "told", f"documents/{document}: no entry names it")

    def check_roots(self) -> None:
        """Compare each checkpoint with the log, and tell between which sizes they part."""
        for each in sorted(self.checkpoints, key=lambda each: each.size):
            level = "history" if each.source.startswith("kept ") else "bytes"
            if each.size > self.size:
                self.say(level, "WRONG", f"{each.source}: the log was cut: {self.size} entries, {each.size} signed")
            elif self.roots[each.size] == each.root:
                self.agreed = each.size
                self.say(level, "proved", f"{each.source}: its root is that of the first {each.size} entries")
            else:
                last = self.leaves[each.size - 1][1] if each.size else "none"
                text = f"another root than the first {each.size} entries have; they agree up to {self.agreed}:"
                self.say(
                    level,
                    "WRONG",
                    f"{each.source}: {text} a later one was changed, up to {last}, or this is another log",
                )
        origins = sorted({each.origin for each in self.checkpoints})
        same = len(origins) == 1
        self.say(
            "history", "proved" if same else "WRONG", f"{len(self.checkpoints)} checkpoints, of {', '.join(origins)}"
        )
        if self.size > self.agreed:
            self.say(
                "history", "not proved", f"entries {self.agreed} to {self.size - 1}: no agreeing checkpoint covers them"
            )

    def check_signatures(self, each: Checkpoint) -> None:
        """Check the signatures of log and witnesses under a checkpoint."""
        logs, seen = 0, set()
        for name, blob in each.signatures:
            public, witness = self.policy.keys.get((name, blob[:4]), (b"", ""))
            moment, signature = (blob[4:12], blob[12:]) if witness else (b"", blob[4:])
            head = b"cosignature/v1\ntime %d\n" % int.from_bytes(moment, "big") if witness else b""
            if not public:
                self.say("bytes", "told", f"{each.source}: signature of {name} passed over: not a key of the policy")
            elif len(signature) != 64 or not self.holds(public, head + each.text, signature):
                self.say("bytes", "WRONG", f"{each.source}: the signature of {name} does not hold")
            elif witness:
                seen.add(witness)
            else:
                logs += name == each.origin
        if not logs:
            self.say(
                "bytes", "WRONG", f"{each.source}: no signature that holds of a log in the policy named {each.origin}"
            )
        quorum, who = self.policy.quorum[0], f"witnesses: {', '.join(sorted(seen)) or 'none'}"
        met = self.policy.met(quorum, seen)
        self.say("bytes", "proved" if logs else "told", f"{each.source}: signed by {logs} log key(s); {who}")
        if not met or quorum == "none":
            self.say("bytes", "not proved", f"{each.source}: that enough witnesses saw it (quorum {quorum}; {who})")
        if not met:
            self.say("bytes", "WRONG", f"{each.source}: the policy asks quorum {quorum}")

    def check_proof(self, index: int, path: list[bytes], each: Checkpoint) -> bool:
        """Check that a proof leads from the entry at its index to the root of its checkpoint."""
        leaf, name = self.leaves.get(index, (b"", f"entry {index}, which is not in the log"))
        right = index < each.size and top(leaf, index, each.size, path) == each.root
        if not right:
            self.say("proofs", "WRONG", f"{each.source}: does not hold for {name}")
        return right


def verify(options: argparse.Namespace) -> Audit:
    """Read everything that is small, then the documents, then the log."""
    bundle = open_bundle(options.bundle)
    policy = read(options.policy or bundle / "policy.txt", read_policy, "policy.txt: a policy")
    checkpoints = [read(path, read_checkpoint, "a checkpoint") for path in files(bundle / "checkpoints", ".txt")]
    kept = [read(path, read_checkpoint, "a checkpoint") for path in options.checkpoint]
    checkpoints += [each._replace(source=f"kept {each.source}") for each in kept]
    proofs = [read(path, read_proof, "a C2SP tlog-proof v1") for path in files(bundle / "proofs", ".tlog-proof")]
    seen = {(each.text, tuple(each.signatures)) for each in checkpoints}
    checkpoints += [each for _, _, each in proofs if (each.text, tuple(each.signatures)) not in seen]
    if not checkpoints:
        raise Unreadable(f"{options.bundle}: checkpoints/*.txt expected, or --checkpoint")
    audit = Audit(policy, None if options.no_signatures else ed25519(), checkpoints)
    documents = {}
    try:
        for path in files(bundle / "documents"):
            digest = sha256()
            with path.open("rb") as stream:
                for block in iter(lambda: stream.read(1 << 20), b""):
                    digest.update(block)
            documents[path.name] = digest.hexdigest() == path.name
        with (bundle / "log.jsonl").open("rb") as stream:
            manifest = lru_cache(None)(partial(manifest_of, bundle))
            audit.read_log(stream, documents, manifest, {index for index, _, _ in proofs})
    except READING_FAILS as failure:
        raise Unreadable(f"{options.bundle}: log.jsonl and documents expected, whole ({failure})") from None
    audit.check_roots()
    holding = sum([audit.check_proof(*proof) for proof in proofs])
    if holding:
        audit.say("proofs", "proved", f"{holding} of {len(proofs)} hold")
    for each in checkpoints if audit.holds else []:
        audit.check_signatures(each)
    if not audit.holds:
        why = "as asked" if options.no_signatures else "neither cryptography nor openssl here"
        audit.say("bytes", "not proved" if options.no_signatures else "WRONG", f"signature not checked: {why}")
    if not options.policy:
        audit.say(
            "bytes", "not proved", "whose key it is: only the policy in the bundle was used; its maker has that key"
        )
    if not options.checkpoint:
        audit.say(
            "history", "not proved", "that nothing was rewritten before the bundle was made: no --checkpoint given"
        )
    if not proofs:
        audit.say("proofs", "not proved", "no proof of one entry in the bundle")
    audit.say("all", "not proved", OPEN)
    return audit


def main() -> int:
    """Check a bundle and print what was proved and what was not."""
    parser = argparse.ArgumentParser(description="Check an audit bundle.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="a checkpoint that you kept")
    parser.add_argument("--policy", type=Path, help="the public keys that you trust")
    parser.add_argument("--no-signatures", action="store_true")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        audit = verify(parser.parse_args())
    except Unreadable as failure:
        sys.stderr.write(f"could not read: {shown(failure)}\n")
        return 2
    wrong = [mark for mark in audit.lines if mark.endswith("WRONG: ")]
    for mark, lines in sorted(audit.lines.items()):
        sys.stdout.writelines(f"{mark}{line}\n" for line in lines)
    sys.stdout.write("result: something is WRONG\n" if wrong else "result: all that was checked holds\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
