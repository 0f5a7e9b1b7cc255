"""What the YAML parser says, in words for somebody who is not a parser."""

import yaml

from rules.text import Text

TAG_START = Text(
    nl="een uitroepteken waarmee een YAML-tag begint: zet tekst die met ! begint tussen aanhalingstekens",
    en="an exclamation mark that begins a YAML tag: quote text that begins with !",
)

# What PyYAML says (libyaml's words, then the pure parser's), and what that means to somebody who is not a parser.
_SYNTAX: tuple[tuple[str, Text], ...] = (
    (
        "mapping values are not allowed",
        Text(
            nl="een dubbele punt waar geen sleutel kan staan: zet tekst met «: » tussen aanhalingstekens, "
            "of maak het inspringen gelijk",
            en="a colon where no key can stand: quote text that holds ': ', or make the indentation even",
        ),
    ),
    (
        "sequence entries are not allowed",
        Text(
            nl="een streepje «- » waar geen lijst kan beginnen: begin de lijst op een nieuwe regel",
            en="a dash '- ' where no list can begin: begin the list on a new line",
        ),
    ),
    (
        "found unexpected end of stream",
        Text(
            nl="tekst tussen aanhalingstekens die nergens eindigt: zet het sluitende aanhalingsteken",
            en="quoted text that never ends: add the closing quote",
        ),
    ),
    (
        "found unknown escape character",
        Text(
            nl="een \\ tussen dubbele aanhalingstekens die niets betekent: schrijf \\\\ of gebruik enkele "
            "aanhalingstekens",
            en="a \\ between double quotes that means nothing: write \\\\ or use single quotes",
        ),
    ),
    (
        "could not find expected ':'",
        Text(
            nl="een regel zonder dubbele punt: schrijf «sleutel: waarde», of laat tekst die doorloopt inspringen",
            en="a line without a colon: write 'key: value', or indent text that runs on",
        ),
    ),
    (
        "',' or '",
        Text(
            nl="een lijst of blok tussen haken dat niet goed eindigt: kijk naar komma's en het sluitende haakje",
            en="a list or block in brackets that does not end well: look at commas and the closing bracket",
        ),
    ),
    (
        "node content",
        Text(
            nl="hier ontbreekt een waarde: kijk naar dubbele komma's en open haken",
            en="a value is missing here: look for double commas and open brackets",
        ),
    ),
    (
        "alphabetic or numeric character",
        Text(
            nl="tekst die met * of & begint: zet haar tussen aanhalingstekens",
            en="text that begins with * or &: put it in quotes",
        ),
    ),
    (
        "expected key",
        Text(
            nl="hier wordt een sleutel verwacht: kijk of het inspringen gelijk is aan de regels erboven",
            en="a key is expected here: see whether the indentation equals that of the lines above",
        ),
    ),
    (
        "expected '-' indicator",
        Text(
            nl="hier wordt een streepje «- » verwacht: kijk of het inspringen gelijk is aan de rest van de lijst",
            en="a dash '- ' is expected here: see whether the indentation equals that of the rest of the list",
        ),
    ),
    (
        "expected <block end>",
        Text(
            nl="hier past dit niet: kijk of het inspringen gelijk is aan de regels erboven",
            en="this does not fit here: see whether the indentation equals that of the lines above",
        ),
    ),
)


def syntax_problem(error: yaml.YAMLError, text: str) -> tuple[str, tuple[int, int], Text]:
    """Code, spot and wording for an error of the parser itself."""
    said, context = getattr(error, "problem", None) or str(error), getattr(error, "context", None) or ""
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if opened and ("simple key" in context or ("quoted scalar" in context and "end of stream" in said)):
        mark = opened  # the parser noticed lines later; what was left open began here
    lines = text.split("\n")
    at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if at[0] > len(lines):  # libyaml counts a line that is not there behind a last one without line feed
        at = (len(lines), len(lines[-1]) + 1)
    if " tag" in context or "tag handle" in said:
        return "yaml-tag", at, TAG_START
    if "cannot start any token" in said or "tab character" in said:
        return "yaml-syntax", at, _cannot_start(lines[at[0] - 1][at[1] - 1 : at[1]])
    for words, message in _SYNTAX:
        if words in said:
            return "yaml-syntax", at, message
    message = Text(nl=f"geen geldige YAML; de lezer zegt: {said}", en=f"not valid YAML; the parser says: {said}")
    return "yaml-syntax", at, message


def _cannot_start(character: str) -> Text:
    if character in ("\t", ""):
        return Text(
            nl="een tab aan het begin van de regel: gebruik spaties om in te springen",
            en="a tab at the beginning of the line: indent with spaces",
        )
    return Text(
        nl=f"tekst die met {character} begint: zet haar tussen aanhalingstekens",
        en=f"text that begins with {character}: put it in quotes",
    )
