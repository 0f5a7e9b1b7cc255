"""What the log says of a name: a commitment, so that the name can be erased and the log stays whole.

An unsalted hash of a name is as good as the name, for whoever has a list of names; behind 32 random bytes it says
nothing. Source: EDPB guidelines 02/2025 (commitments, with the personal data kept elsewhere).
"""

from hashlib import sha256

from rules.canonical import canonical

SALT = 32  # bytes


def commitment(salt: bytes, name: str) -> str:
    """SHA-256 of 0x02, the salt and the name in canonical JSON: of another kind than a leaf (0x00) or a node (0x01)."""
    return sha256(b"\x02" + salt + canonical(name)).hexdigest()
