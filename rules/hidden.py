"""Characters that may not stand in a document: nobody can see them, or they change how the rest is read."""

import unicodedata

from rules.text import Text

# Written out, not asked of unicodedata: the same file must be good or bad on every version of Python.
_HIDDEN_RANGES = (
    *((0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F)),  # control characters; tab and line feed are fine
    *((0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF)),  # zero width, line ends, direction
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),
    *((0xE0000, 0xE0FFF), (0xD800, 0xDFFF), (0xFFFE, 0xFFFF)),  # tags, halves of a pair, no characters at all
)
HIDDEN = frozenset(chr(point) for first, last in _HIDDEN_RANGES for point in range(first, last + 1))


def hidden_code(character: str) -> str:
    return "yaml-control-character" if unicodedata.category(character) == "Cc" else "yaml-invisible-character"


def hidden_message(character: str) -> Text:
    """What to say of a character that cannot be shown: its number and name, never itself."""
    name = unicodedata.name(character, "")
    point = f"U+{ord(character):04X}" + (f" ({name})" if name else "")
    if character == "\r":
        return Text(
            nl=f"{point}: een losse regelterugloop; gebruik gewone regeleinden (LF of CRLF)",
            en=f"{point}: a lone carriage return; use ordinary line ends (LF or CRLF)",
        )
    if hidden_code(character) == "yaml-control-character":
        return Text(
            nl=f"besturingsteken {point} hoort niet in tekst: haal het weg",
            en=f"control character {point} does not belong in text: remove it",
        )
    return Text(
        nl=f"teken {point} is niet te zien of verandert hoe tekst eruitziet: haal het weg of typ dit stuk opnieuw",
        en=f"character {point} cannot be seen or changes how text looks: remove it or type this part again",
    )
