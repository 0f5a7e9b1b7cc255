"""Which files changed since a revision, as git tells: by commits, in the index and in the folder, and new ones."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from registry.collection import STDIN
from registry.printing import CouldNotRun
from rules.text import Text


class Changed(NamedTuple):
    """The repository, the commit that is compared with, and the absolute paths of what differs and is still there."""

    root: str
    base: str
    paths: frozenset[str]


def changed_since(revision: str) -> Changed:
    """What changed here since the branch left that revision; CouldNotRun where git is missing or does not know it."""
    root = _git(os.curdir, "rev-parse", "--show-toplevel", why=_NO_REPOSITORY).removesuffix(b"\n")
    here = os.fsdecode(root)
    unknown = Text(f"--since {revision}: git kent dat niet", f"--since {revision}: git does not know it")
    commit = _git(here, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", why=unknown)
    apart = Text(
        nl=f"--since {revision}: geen gemeenschappelijk begin met HEAD; is de clone ondiep, haal dan meer op",
        en=f"--since {revision}: nothing in common with HEAD; if the clone is shallow, fetch more",
    )
    base = _git(here, "merge-base", commit.decode().strip(), "HEAD", why=apart).decode().strip()
    # as paths from the root, whole, each with its old and new name, whatever the user's settings are
    settings = ("--name-only", "--no-relative", "--no-renames", "--no-ext-diff", "--diff-filter=d", "-z")
    differ = _git(here, "diff", *settings, base, "--", why=unknown)
    new = _git(here, "ls-files", "--others", "--exclude-standard", "-z", "--", why=unknown)
    names = [os.fsdecode(name) for name in (differ + new).split(b"\0") if name]
    return Changed(here, base, frozenset(f"{here.rstrip('/')}/{name}" for name in names))


def only_changed(files: Sequence[str], changed: Changed) -> list[str]:
    """Those of the files that changed; CouldNotRun for one of which the repository cannot tell."""
    for file in files:
        if file == STDIN:
            raise CouldNotRun(_NO_HISTORY)
        if os.path.commonpath([changed.root, os.path.realpath(file)]) != changed.root:
            raise CouldNotRun(
                Text(
                    nl=f"{file}: ligt buiten {changed.root}; of het veranderde is daar niet te zien",
                    en=f"{file}: lies outside {changed.root}; whether it changed cannot be seen there",
                )
            )
    # a link that changed, or what it leads to
    return [file for file in files if {str(Path(file).absolute()), os.path.realpath(file)} & changed.paths]


def _git(folder: str, *arguments: str, why: Text) -> bytes:
    """What git says; CouldNotRun with that reason, and git's own, where it does not."""
    program = shutil.which("git")
    if program is None:
        raise CouldNotRun(Text("--since vraagt om git, en dat is er niet", "--since needs git, and there is none"))
    # settings of a repository may name a program to run: not for a question such as this
    command = [program, "-c", "core.fsmonitor=false", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - git, with its arguments apart
    if done.returncode:
        said = next(iter(done.stderr.decode(errors="replace").splitlines()), "")
        told = f" ({said})" if said else ""
        raise CouldNotRun(Text(f"{why.nl}{told}", f"{why.en}{told}"))
    return done.stdout


_NO_HISTORY = Text(
    "--since: van standaardinvoer is niet te zien of die veranderde", "--since: standard input has no earlier state"
)
_NO_REPOSITORY = Text("--since: hier is geen git-repository", "--since: there is no git repository here")
