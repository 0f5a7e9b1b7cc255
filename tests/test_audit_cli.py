"""The commands of an audit, as an auditor and a registrar give them."""

import json
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from registry.database import Database
from tests.registers import NAME, add_people, do, granted
from tests.samples import ROOT

Run = Callable[..., tuple[int, str, str]]


class Desk:
    """A register with a granted measure, the keys of log and witness, and the commands on it."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder, self.run = folder, run
        self.register = str(folder / "register.db")
        database = Database(self.register, create=True)
        add_people(database)
        granted(database)
        database.close()
        self.log = self.key("register.example/test", "log.key")
        self.witness = self.key("auditor.example", "witness.key", "--witness")

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def key(self, name: str, file: str, *more: str) -> str:
        code, out, _ = self.run("audit", "key", name, "--output", self.path(file), *more)
        assert code == 0
        return out.strip()

    def audit(self, *said: str) -> tuple[int, str, str]:
        return self.run("audit", *said, "--register", self.register)

    def checkpoint(self, name: str = "now.txt") -> tuple[int, str, str]:
        return self.audit("checkpoint", "--key", self.path("log.key"), "--output", self.path(name))

    def cosign(self, *more: str) -> tuple[int, str, str]:
        kept = ("--kept", self.path("kept.txt"), "--log", self.log)
        return self.audit("witness", self.path("now.txt"), "--key", self.path("witness.key"), *kept, *more)

    def verify(self, *more: str) -> tuple[int, str, str]:
        return self.audit("verify", "--checkpoint", self.path("kept.txt"), "--log", self.log, *more)

    def act(self) -> None:
        database = Database(self.register)
        do(database, "vera", "note", reasons="x")
        database.close()

    def edit(self) -> int:
        """Somebody changes a decision by hand, the triggers taken away and put back; the number of the entry."""
        with closing(sqlite3.connect(self.register)) as connection:
            triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            change = (
                "UPDATE entry SET content = CAST(replace(content, 'granted', 'refused') AS BLOB) WHERE kind = 'decide'"
            )
            assert connection.execute(change).rowcount == 1
            (number,) = connection.execute("SELECT number FROM entry WHERE kind = 'decide'").fetchone()
            for _, sql in triggers:
                connection.execute(sql)
            connection.commit()
        return int(number)

    def bundle(self, name: str = "bundle.zip") -> str:
        (self.folder / "policy.txt").write_text(
            f"log {self.log}\nwitness auditor {self.witness}\nquorum auditor\n", encoding="utf-8"
        )
        kept = ("--checkpoint", self.path("kept.txt"), "--policy", self.path("policy.txt"))
        assert self.audit("bundle", self.path(name), *kept)[0] == 0
        return self.path(name)

    def elsewhere(self, bundle: str, *more: str) -> tuple[int, str]:
        """The verifier of the bundle, where nothing of ours is installed."""
        with zipfile.ZipFile(bundle) as opened:
            (self.folder / "verify.py").write_bytes(opened.read("verify.py"))
        said = [sys.executable, "-I", self.path("verify.py"), bundle, *more]
        done = subprocess.run(said, env={}, cwd=self.folder, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def desk(tmp_path: Path, run: Run) -> Desk:
    return Desk(tmp_path, run)


def test_a_checkpoint_goes_on_where_the_last_ended_and_a_witness_keeps_it(desk: Desk) -> None:
    assert desk.checkpoint()[0] == 0
    assert desk.cosign()[0] == 2, "nothing was kept yet, and that is not passed over"
    assert desk.cosign("--first")[0] == 0
    assert desk.verify()[0] == 0
    desk.act()
    assert desk.checkpoint()[0] == 0
    assert desk.cosign("--first")[0] == 2, "what was kept is not thrown away"
    assert desk.cosign()[0] == 0
    code, out, _ = desk.verify("--format", "json", "--lang", "en")
    told = json.loads(out)
    assert code == 0
    assert told["holds"]
    assert [each["level"] for each in told["levels"]] == ["bytes", "history", "state", "law", "people", "file"]
    assert all(each["proved"] and each["not_proved"] for each in told["levels"])


def test_a_level_that_is_left_out_proves_nothing_and_says_so(desk: Desk) -> None:
    desk.checkpoint()
    desk.cosign("--first")
    desk.edit()
    full, less = (
        {
            each["level"]: each
            for each in json.loads(desk.verify("--format", "json", "--lang", "en", *more)[1])["levels"]
        }
        for more in ((), ("--without", "law", "--without", "state"))
    )
    assert full["law"]["findings"], "the control"
    for name in ("law", "state"):
        assert less[name]["proved"] == less[name]["findings"] == []
        assert "--without" in less[name]["not_proved"][0]
    assert all(less[name] == full[name] for name in ("bytes", "history", "people", "file"))


def test_an_edit_by_hand_is_named_and_nothing_signs_it(desk: Desk) -> None:
    desk.checkpoint()
    desk.cosign("--first")
    before = (desk.folder / "kept.txt").read_text(encoding="utf-8")
    number = desk.edit()
    code, out, _ = desk.verify("--lang", "en")
    assert code == 1
    assert f"entry {number}: node 0/{number}" in out
    assert NAME in out
    assert "✗ history" in out
    assert desk.audit("proof", NAME, "--checkpoint", desk.path("kept.txt"))[0] == 1
    assert (desk.folder / "kept.txt").read_text(encoding="utf-8") == before


def test_a_witness_refuses_another_log(desk: Desk) -> None:
    desk.checkpoint()
    desk.cosign("--first")
    other = desk.key("register.example/test", "other.key")
    (desk.folder / "now.txt").unlink()
    desk.audit("checkpoint", "--key", desk.path("other.key"), "--output", desk.path("now.txt"))
    code, _, err = desk.cosign()
    assert code == 1
    assert "wrong-signature" in err
    assert other != desk.log


def test_a_proof_holds_without_the_register(desk: Desk) -> None:
    desk.checkpoint()
    desk.cosign("--first")
    bytes_of = ("--entry-output", desk.path("entry.json"))
    code, out, _ = desk.audit("proof", NAME, "--checkpoint", desk.path("kept.txt"), *bytes_of)
    assert code == 0
    assert out.startswith("c2sp.org/tlog-proof@v1\nindex ")
    assert len(out) < 2048
    assert json.loads((desk.folder / "entry.json").read_bytes())["kind"] == "decide"
    desk.act()
    assert desk.audit("proof", "99999", "--checkpoint", desk.path("kept.txt"))[0] == 1
    last = json.loads((desk.folder / "entry.json").read_bytes())["number"] + 1
    code, _, err = desk.audit("proof", str(last), "--checkpoint", desk.path("kept.txt"))
    assert (code, "not-under-checkpoint" in err) == (1, True)


def test_the_bundle_is_checked_elsewhere(desk: Desk) -> None:
    desk.checkpoint()
    desk.cosign("--first")
    bundle = desk.bundle()
    assert Path(bundle).read_bytes() == Path(desk.bundle("again.zip")).read_bytes(), "the same register, the same bytes"
    own = ("--policy", desk.path("policy.txt"), "--checkpoint", desk.path("kept.txt"))
    code, told = desk.elsewhere(bundle, *own)
    assert code == 0, told
    with zipfile.ZipFile(bundle) as whole, zipfile.ZipFile(desk.path("wrong.zip"), "w") as wrong:
        for name in whole.namelist():
            content = whole.read(name)
            wrong.writestr(name, content.replace(b'"granted"', b'"refused"') if name == "log.jsonl" else content)
    code, told = desk.elsewhere(desk.path("wrong.zip"), *own)
    assert code == 1
    assert NAME in told


def test_a_secret_key_is_for_its_owner_alone(desk: Desk) -> None:
    assert stat.S_IMODE(Path(desk.path("log.key")).stat().st_mode) == 0o600
    code, _, err = desk.run("audit", "key", "again", "--output", desk.path("log.key"))
    assert code == 2
    assert "log.key" in err
    assert desk.run("audit", "key", "two words", "--output", desk.path("new.key"))[0] == 2
    assert not (desk.folder / "new.key").exists()


@pytest.mark.parametrize("content", ["", "x", "a\n1\nAA==\n\n", "a\n01\n" + "A" * 43 + "=\n\n", "a\n1\n\x1b[31m\n\nno"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_is_no_checkpoint_or_key_is_told(desk: Desk, content: str, lang: str) -> None:
    (desk.folder / "kept.txt").write_text(content, encoding="utf-8")
    for said in (
        ("verify", "--checkpoint", desk.path("kept.txt")),
        ("verify", "--checkpoint", desk.path("absent.txt")),
        ("verify", "--log", desk.path("kept.txt")),
        ("checkpoint", "--key", desk.path("kept.txt")),
    ):
        code, _, err = desk.audit(*said, "--lang", lang)
        assert code == 2, said
        assert err.startswith("regelruimte: ")
        assert "\x1b" not in err


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_what_is_told_fits_eighty_columns(desk: Desk, lang: str) -> None:
    desk.checkpoint()
    desk.cosign("--first")
    desk.edit()
    _, out, _ = desk.verify("--lang", lang)
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_key_does_what_it_was_made_for(desk: Desk) -> None:
    code, _, err = desk.audit("checkpoint", "--key", desk.path("witness.key"), "--lang", "en")
    assert (code, "no key of a log" in err) == (2, True)
    desk.checkpoint()
    log, kept = ("--log", desk.log), ("--kept", desk.path("kept.txt"), "--first")
    code, _, err = desk.audit(
        "witness", desk.path("now.txt"), "--key", desk.path("log.key"), *log, *kept, "--lang", "en"
    )
    assert (code, "no key of a witness" in err) == (2, True)
    assert desk.audit("verify", "--log", desk.witness)[0] == 2


def test_the_first_that_a_witness_signs_is_of_this_register(desk: Desk) -> None:
    desk.checkpoint()
    desk.edit()
    with closing(sqlite3.connect(desk.register)) as connection:
        connection.executescript("DROP TRIGGER node_update; UPDATE node SET hash = zeroblob(32) WHERE level > 1")
    code, _, err = desk.cosign("--first")
    assert (code, "not-of-this-register" in err) == (1, True)


@pytest.mark.parametrize("gone", ["head", "node", "entry"])
def test_a_broken_register_is_told_by_every_command(desk: Desk, gone: str) -> None:
    desk.checkpoint()
    desk.cosign("--first")
    with closing(sqlite3.connect(desk.register)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(f"DELETE FROM {gone}")  # noqa: S608 - the tables named above
        connection.commit()
    assert desk.verify()[0] == 1
    assert desk.checkpoint()[0] == (0 if gone == "entry" else 1), "the tree alone is signed; verify reads the entries"
    assert desk.audit("proof", NAME, "--checkpoint", desk.path("kept.txt"))[0] == 1
    bundle = desk.bundle()
    code, told = desk.elsewhere(bundle, "--policy", desk.path("policy.txt"), "--checkpoint", desk.path("kept.txt"))
    assert code == (1 if gone == "entry" else 0), (told, "the log itself is whole in the two others")


@pytest.mark.parametrize("command", [("verify", "--format", "json"), ("sample", "3", "--seed", "x")])
def test_whoever_reads_no_further_is_told_nothing(desk: Desk, command: tuple[str, ...]) -> None:
    said = [sys.executable, "-m", "registry.cli", "audit", *command, "--register", desk.register]
    with subprocess.Popen(said, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(60) == 0
