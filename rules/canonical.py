"""One way to write data down for hashing: RFC 8785 for the JSON that occurs here (no floats)."""

import hashlib
import json
from typing import Any


def canonical(data: Any) -> bytes:
    """The canonical bytes of JSON data; keys sorted, no white space, UTF-8.

    Keys here are ASCII, for which Python's order is that of RFC 8785 (UTF-16 code units).
    """
    return _AS_JSON.encode(data).encode()


_AS_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sha256(data: Any) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(data)).hexdigest()
