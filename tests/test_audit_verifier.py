"""The verifier that stands alone: honest bundles pass, and each way of tampering is seen and named."""

import ast
import base64
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.audit import verifier

VERIFIER = Path(verifier.__file__)
ORIGIN = "example.org/log"
DOCUMENT = b"a document"
NAMED = sha256(DOCUMENT).hexdigest()


def key(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def public(seed: int) -> bytes:
    return key(seed).public_key().public_bytes_raw()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def key_id(name: str, kind: int, seed: int) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public(seed)).digest()[:4]


def vkey(name: str, kind: int, seed: int) -> str:
    return f"{name}+{key_id(name, kind, seed).hex()}+{b64(bytes([kind]) + public(seed))}"


def split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return sha256(b"\0" + leaves[0]).digest() if leaves else sha256(b"").digest()
    half = split(len(leaves))
    return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def path_to(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) < 2:
        return []
    half = split(len(leaves))
    if index < half:
        return [*path_to(index, leaves[:half]), root(leaves[half:])]
    return [*path_to(index - half, leaves[half:]), root(leaves[:half])]


def canonical(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def entries(size: int) -> list[bytes]:
    return [
        canonical(
            {
                "number": number,
                "id": f"id-{number}",
                "kind": "measure-proposed",
                "subject": f"süb\u001b{number}",
                "recorded": f"2026-01-01T00:{number // 60:02}:{number % 60:02}.000000+00:00",
                "document": NAMED if number == 3 else None,
                "v": 1,
                "nested": {"a": [1, "€\n"]},
            }
        )
        for number in range(size)
    ]


def checkpoint(leaves: list[bytes], seed: int = 1, flip: str = "", witness: bool = True) -> bytes:
    top = bytearray(root(leaves))
    top[5] ^= flip == "root"
    text = f"{ORIGIN}\n{len(leaves)}\n{b64(bytes(top))}\n".encode()
    signature = bytearray(key(seed).sign(text))
    signature[9] ^= flip == "signature"
    note = text + f"\n— {ORIGIN} {b64(key_id(ORIGIN, 1, seed) + signature)}\n".encode()
    if witness:
        signature = bytearray(key(2).sign(b"cosignature/v1\ntime 1767225600\n" + text))
        signature[9] ^= flip == "witness"
        moment = (1767225600).to_bytes(8, "big")
        note += f"— w.example {b64(key_id('w.example', 4, 2) + moment + signature)}\n".encode()
    return note


def policy(quorum: str = "both", seed: int = 1) -> bytes:
    return (
        f"# who signs\nlog {vkey(ORIGIN, 1, seed)}\nwitness w {vkey('w.example', 4, 2)}\n"
        f"witness x {vkey('x.example', 4, 3)}\ngroup both any w x\nquorum {quorum}\n"
    ).encode()


def proof(index: int, leaves: list[bytes], stated: int | None = None, flip: bool = False) -> bytes:
    hashes = [bytes([each[0] ^ flip]) + each[1:] for each in path_to(index, leaves)]
    lines = ["c2sp.org/tlog-proof@v1", f"index {index if stated is None else stated}", *map(b64, hashes)]
    return ("\n".join(lines) + "\n\n").encode() + checkpoint(leaves)


def bundle(leaves: list[bytes], signed: list[bytes] | None = None, /, **more: bytes | None) -> dict[str, bytes]:
    signed = leaves if signed is None else signed
    made: dict[str, bytes | None] = {
        "log.jsonl": b"".join(leaf + b"\n" for leaf in leaves),
        "policy.txt": policy(),
        "checkpoints/half.txt": checkpoint(signed[: len(signed) // 2]),
        "checkpoints/whole.txt": checkpoint(signed),
        f"documents/{NAMED}": DOCUMENT,
    }
    made |= {name.replace("__", "/"): raw for name, raw in more.items()}
    return {name: raw for name, raw in made.items() if raw is not None}


def write(folder: Path, made: dict[str, bytes], *, zipped: bool = True) -> Path:
    if zipped:
        with zipfile.ZipFile(folder / "bundle.zip", "w", zipfile.ZIP_DEFLATED) as out:
            for name, raw in made.items():
                out.writestr(name, raw)
        return folder / "bundle.zip"
    for name, raw in made.items():
        (folder / "bundle" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "bundle" / name).write_bytes(raw)
    return folder / "bundle"


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(made: dict[str, bytes] | Path, *options: str, kept: bytes = b"", zipped: bool = True) -> tuple[int, str]:
        path = made if isinstance(made, Path) else write(tmp_path, made, zipped=zipped)
        if kept:
            (tmp_path / "kept.txt").write_bytes(kept)
            options += ("--checkpoint", str(tmp_path / "kept.txt"))
        monkeypatch.setattr(sys, "argv", ["verify.py", str(path), *options])
        code = verifier.main()
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


@pytest.mark.parametrize("size", [*range(10), 31, 32, 33, 63, 64, 65, 70])
def test_honest(size: int, run: Run) -> None:
    leaves = entries(size)
    more = {f"proofs__{index}.tlog-proof": proof(index, leaves) for index in range(size)}
    code, said = run(bundle(leaves, **more), kept=checkpoint(leaves[: size // 3]), zipped=size % 2 == 0)
    assert code == 0, said
    assert "only the policy in the bundle" in said
    assert said.replace("\n", "").isprintable()


LEAVES = entries(20)
EDITED = [leaf.replace(b"proposed", b"accepted") if number == 7 else leaf for number, leaf in enumerate(LEAVES)]
SPACED = [leaf.replace(b",", b", ", 1) if number == 7 else leaf for number, leaf in enumerate(LEAVES)]
FLOAT = [leaf.replace(b'"v":1', b'"v":1.0') if number == 7 else leaf for number, leaf in enumerate(LEAVES)]
TWICE = [leaf.replace(b'"v":1', b'"v":1,"v":1') if number == 7 else leaf for number, leaf in enumerate(LEAVES)]
SWAPPED = [*LEAVES[:7], LEAVES[8], LEAVES[7], *LEAVES[9:]]


@pytest.mark.parametrize(
    ("made", "kept", "words"),
    [
        pytest.param(bundle(EDITED, LEAVES), b"", "up to entry 9 (id id-9, kind measure-proposed", id="edited"),
        pytest.param(
            bundle(EDITED, LEAVES, **{"proofs__p.tlog-proof": proof(7, LEAVES)}),
            b"",
            "p.tlog-proof: does not hold for entry 7 (id id-7, kind measure-accepted, subject süb⟨U+001B⟩7), line 8",
            id="edited-proof",
        ),
        pytest.param(bundle(SPACED), b"", "entry 7 (id id-7", id="spaced"),
        pytest.param(bundle(FLOAT), b"", "1.0 is no whole number", id="float"),
        pytest.param(bundle(TWICE), b"", "a key stands twice", id="twice"),
        pytest.param(bundle([*LEAVES[:7], *LEAVES[8:]]), b"", "number 8 where 7 was expected", id="deleted"),
        pytest.param(bundle(SWAPPED), b"", "recorded before the entry above it", id="swapped"),
        pytest.param(bundle(LEAVES[:15]), checkpoint(LEAVES), "the log was cut: 15 entries, 20 signed", id="cut"),
        pytest.param(
            bundle(EDITED, **{"checkpoints__whole.txt": checkpoint(EDITED, 9)}),
            b"",
            "whole.txt: no signature that holds",
            id="other-key",
        ),
        pytest.param(bundle(EDITED), checkpoint(LEAVES), "kept kept.txt: another root", id="same-key"),
        *(
            pytest.param(
                bundle(LEAVES, **{"checkpoints__whole.txt": checkpoint(LEAVES, flip=flip)}), b"", words, id=flip
            )
            for flip, words in [
                ("root", "whole.txt: another root"),
                ("signature", "whole.txt: the signature of example.org/log does not hold"),
                ("witness", "whole.txt: the signature of w.example does not hold"),
            ]
        ),
        pytest.param(
            bundle(LEAVES, **{"proofs__p.tlog-proof": proof(4, LEAVES, flip=True)}), b"", "hold for entry 4", id="hash"
        ),
        pytest.param(
            bundle(LEAVES, **{"proofs__p.tlog-proof": proof(4, LEAVES, stated=5)}), b"", "hold for entry 5", id="index"
        ),
        pytest.param(bundle(LEAVES, **{f"documents__{NAMED}": b"other"}), b"", "was changed", id="document"),
        pytest.param(bundle(LEAVES, **{f"documents__{NAMED}": None}), b"", "entry 3 (id id-3", id="missing"),
        pytest.param(bundle(LEAVES, **{"policy.txt": policy("x")}), b"", "the policy asks quorum x", id="quorum"),
    ],
)
def test_tampered(made: dict[str, bytes], kept: bytes, words: str, run: Run) -> None:
    code, said = run(made, kept=kept)
    assert code == 1, said
    assert any(words in line for line in said.splitlines() if "WRONG" in line), said


AREA, LAW = b"an area", b"a law"
MANIFEST = canonical({"files": {"laws/a/2026-01-01.yaml": sha256(LAW).hexdigest()}})


def checked(rules: str) -> dict[str, bytes]:
    """A bundle with a check in it, that rests on an area and on rules."""
    data = {"rules": rules, "receipt": {"area/a": sha256(AREA).hexdigest(), "portfolio": "0" * 64}}
    entry = {**json.loads(LEAVES[0]), "data": data}
    beside = {f"documents__{sha256(each).hexdigest()}": each for each in (AREA, LAW, MANIFEST)}
    return bundle([canonical(entry), *LEAVES[1:]], **beside)


@pytest.mark.parametrize("rests_on", [AREA, LAW, MANIFEST])
def test_what_a_check_rests_on_is_named_with_its_entry(rests_on: bytes, run: Run) -> None:
    name = f"documents/{sha256(rests_on).hexdigest()}"
    honest = checked(sha256(MANIFEST).hexdigest())
    code, said = run(honest)
    assert (code, "no entry names it" in said) == (0, False), "the control"
    for made, words in (({**honest, name: b"{}"}, "was changed"), ({**honest, name: None}, "was not found")):
        code, said = run({each: raw for each, raw in made.items() if raw is not None})
        assert code == 1
        assert any("entry 0 " in line and name[10:] in line and words in line for line in said.splitlines()), said


@pytest.mark.parametrize("rules", ["../log.jsonl", "/etc/passwd", "", "g" * 64])
@pytest.mark.parametrize("zipped", [True, False])
def test_no_rules_by_a_path_of_their_own(rules: str, zipped: bool, run: Run) -> None:
    code, said = run(checked(rules), zipped=zipped)
    assert code == 1
    assert "entry 0 " in said
    assert "was not found" in said


def test_policy_of_the_auditor_and_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(policy(seed=5))
    assert run(bundle(LEAVES), "--policy", str(tmp_path / "mine"))[0] == 1
    code, said = run(bundle(LEAVES, **{"policy.txt": policy("none")}))
    assert code == 0
    assert "not proved: whole.txt: that enough witnesses saw it" in said


def test_openssl_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")  # cryptography, which is always here, does the same in other tests
    for changed in range(3):
        parts = [public(1), b"text\n", key(1).sign(b"text\n")]
        assert verifier.by_openssl(*parts) is verifier.by_cryptography(*parts) is True
        parts[changed] = bytes([parts[changed][0] ^ 1]) + parts[changed][1:]
        assert verifier.by_openssl(*parts) is verifier.by_cryptography(*parts) is False
    monkeypatch.setattr(verifier, "by_cryptography", lambda *_: False)
    assert verifier.ed25519() is verifier.by_openssl


def test_without_any_way_to_check_signatures(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "ed25519", lambda: None)
    code, said = run(bundle(LEAVES))
    assert (code, "neither cryptography nor openssl here" in said) == (1, True)
    assert run(bundle(LEAVES), "--no-signatures")[0] == 0


@pytest.mark.parametrize(("leaves", "code"), [(LEAVES, 0), (EDITED, 1)], ids=["honest", "edited"])
def test_alone(leaves: list[bytes], code: int, tmp_path: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")  # cryptography, which is always here, does the same in other tests
    path = write(tmp_path, bundle(leaves, LEAVES))
    (tmp_path / "empty").mkdir()
    shutil.copy(VERIFIER, tmp_path / "verify.py")
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(path)]
    done = subprocess.run(command, cwd=tmp_path / "empty", env={}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (code, b""), done


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 not really", None], ids=["empty", "no-zip", "no-file"])
def test_unreadable(raw: bytes | None, run: Run, tmp_path: Path) -> None:
    if raw is not None:
        (tmp_path / "given").write_bytes(raw)
    code, said = run(tmp_path / "given")
    assert (code, said.count("\n"), "expected" in said) == (2, 1, True)


@pytest.mark.parametrize(
    "more",
    [
        {"policy.txt": None},
        {"log.jsonl": None},
        {"policy.txt": b"log x\n"},
        {"checkpoints__half.txt": b"\xff"},
        {"proofs__p.tlog-proof": b"index 3\n"},
        {"../evil": b""},
        {"/evil": b""},
        {"documents__bomb": b"0" * (2 << 20)},
    ],
    ids=["policy", "log", "policy-text", "checkpoint", "proof", "up", "absolute", "bomb"],
)
def test_unreadable_inside(more: dict[str, bytes | None], run: Run) -> None:
    code, said = run(bundle(LEAVES, **more))
    assert (code, said.count("\n"), "expected" in said) == (2, 1, True), said


def test_no_flipped_bit_passes_or_crashes(run: Run) -> None:
    chance, honest = random.Random(7), bundle(LEAVES, **{"proofs__p.tlog-proof": proof(4, LEAVES)})
    for name in ("log.jsonl", "checkpoints/whole.txt", "proofs/p.tlog-proof") * 20:
        raw = bytearray(honest[name])
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        code, said = run(honest | {name: bytes(raw)}, zipped=False)
        # a signature line of which name or key id changed is passed over; then the log key or the quorum is missed
        assert code in (1, 2), said


def test_stands_alone() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 9))
    tried = {id(node) for each in ast.walk(tree) if isinstance(each, ast.Try) for node in ast.walk(each)}
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
        for name in (each.partition(".")[0] for each in names):
            assert name in sys.stdlib_module_names or (name == "cryptography" and id(node) in tried), name
    assert len(VERIFIER.read_text(encoding="utf-8").splitlines()) <= 490  # 300 was asked; the parts of it need more
