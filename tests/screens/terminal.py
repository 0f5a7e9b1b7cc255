"""A program on a pseudo-terminal: what is typed goes in, and the bytes that a terminal would get come out."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.samples import ROOT


class Terminal:
    """A program and the terminal that it writes to: `seen` is all that came, `process` the program."""

    def __init__(self, process: "subprocess.Popen[bytes]", main: int) -> None:
        self.process, self._main = process, main
        self.seen = bytearray()

    def write(self, text: str) -> None:
        """Types that."""
        os.write(self._main, text.encode())

    def read(self, quiet: float, until: str = "", since: int = 0) -> bool:
        """Reads until nothing has come for so many seconds, or that has come; whether it has."""
        wanted = until.encode()
        end = time.monotonic() + quiet
        while not (wanted and wanted in self.seen[since:]):
            ready, _, _ = select.select([self._main], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return False
            try:
                got = os.read(self._main, 65536)
            except OSError:
                return False
            self.seen += got
            if not wanted:
                end = time.monotonic() + quiet
        return True


@contextmanager
def on_terminal(command: Sequence[str], home: Path, columns: int = 140, lines: int = 40) -> Iterator[Terminal]:
    """Runs the command on a terminal of that size, with its settings and drafts in `home`; ends it afterwards."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    environment: Mapping[str, str] = {
        **os.environ, "TERM": "xterm-256color", "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home),
        "TEXTUAL_ANIMATIONS": "none",
    }  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdin=side, stdout=side, stderr=side, env=environment)
    os.close(side)
    try:
        yield Terminal(process, main)
    finally:
        process.kill()
        process.wait()
        os.close(main)
