"""Where the documents are that come with the program."""

from pathlib import Path

SHIPPED_MEASURES = Path(__file__).parent.parent / "measures"
