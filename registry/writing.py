"""Files that are written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes its place when all of it is on the disk; what was there stays where that fails.

    Two processes that write the same file do not write into each other: the last one stands.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
        _kept(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _kept(folder: Path) -> None:
    """Makes sure that a folder still knows after a power cut what was renamed in it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
