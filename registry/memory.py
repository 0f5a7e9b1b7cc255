"""How a command that reads much and then ends uses memory."""

import gc


def collect_seldom() -> None:
    """Lets Python look for dead cycles seldom: nearly all that a check makes lives until the check ends.

    By its own count Python would look at every document anew each time that some thousands more were made: a fifth of
    the time of a check of many files, and a tenth of one of a single file.
    """
    gc.set_threshold(50_000, 20, 20)
