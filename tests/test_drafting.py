"""Drafts as forms: fields with help, values typed as the schema has them, and what is wrong at its field."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.advice import advice, as_markdown, as_odt
from registry.drafting import edited, new_decision, new_measure, removed, with_item
from registry.drafts import drop_draft, keep_draft, kept_draft, kept_drafts
from registry.form import ABSENT, field_at, fields, path_of, problems_at
from registry.verdict_tree import verdict_tree, walked
from registry.what_if import supposing
from registry.yaml_edit import NoSuchPlace
from rules.catalogue import shipped_catalogue
from rules.documents import document
from rules.measure import Measure
from rules.problems import Refused
from rules.reader import path_text, read
from tests.conftest import Run, shipped
from tests.registers import MEASURE, NAME
from tests.samples import ROOT

PROPOSALS = sorted((ROOT / "measures/proposals").rglob("*.yaml"))


def value_of(text: str) -> Any:
    return read(text.encode(), "draft.yaml").value


@pytest.mark.parametrize("file", PROPOSALS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_form_shows_all_that_a_measure_states(file: Path) -> None:
    value = value_of(file.read_text(encoding="utf-8"))
    shown = {each.path: each for each in fields("measure", value)}

    def leaves(inner: Any, at: tuple[Any, ...]) -> None:
        field = shown.get(at) or shown.get((*at, "text"))
        if isinstance(inner, dict):
            for key, each in inner.items():
                leaves(each, (*at, key))
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            for number, each in enumerate(inner):
                leaves(each, (*at, number))
        else:
            assert at == ("schema",) or (field and field.value == inner), at

    leaves(value, ())
    for each in shown.values():
        assert each.help or isinstance(each.path[-1], int), each.path
        assert path_of(path_text(each.path)) == each.path


def test_a_measure_from_nothing_field_by_field() -> None:
    text = new_measure("heerlen-new", "GM0917")
    for place, wrote in (
        ("title.nl", "Nieuw"), ("title.en", "New: it's"), ("domains", "werk, wonen"), ("place.area", "heerlen-noord"),
        ("motivation.purpose", "Omdat het helpt."), ("motivation.need", "none"), ("term.from", "2027-01-01"),
        ("term.until", "2028-12-31"), ("safeguards.hardship_clause", "true"),
    ):  # fmt: skip
        text = edited(text, "measure", path_of(place) or (), wrote)
    text, item = with_item(text, "measure", ("asks",))
    text = edited(text, "measure", (*item, "instrument"), "renewed/experiment")
    text, item = with_item(text, "measure", ("cost",))
    for name, wrote in (("line", "sixteen-areas"), ("year", "2027"), ("amount", "€ 500")):
        text = edited(text, "measure", (*item, name), wrote)
    found = document(text.encode(), "draft.yaml").model
    assert isinstance(found, Measure)
    assert found.cost is not None
    assert (found.title.text.en, found.domains, found.cost[0].year) == ("New: it's", ("werk", "wonen"), 2027)
    order = [key for key in value_of(text) if key in fields_order()]
    assert order == sorted(order, key=fields_order().index)
    text = edited(text, "measure", ("motivation", "need"), "Toch wel.")
    assert value_of(text)["motivation"]["need"] == {"text": "Toch wel."}
    text = removed(removed(text, "measure", ("motivation", "need")), "measure", ("motivation", "purpose"))
    assert "motivation" not in value_of(text)
    assert value_of(edited(text, "measure", ("title", "nl"), ""))["title"]["nl"] == ""


def fields_order() -> list[str]:
    return list(dict.fromkeys(str(each.path[0]) for each in fields("measure", {})))


def test_a_place_that_the_form_lacks() -> None:
    with pytest.raises(NoSuchPlace):
        edited(MEASURE, "measure", ("nonsense",), "x")
    with pytest.raises(NoSuchPlace):
        with_item(MEASURE, "measure", ("title",))


def test_a_problem_stands_at_its_field() -> None:
    text = edited(MEASURE, "measure", ("term", "until"), "morgen")
    with pytest.raises(Refused) as refused:
        document(text.encode(), "draft.yaml")
    listed = fields("measure", value_of(text))
    assert set(problems_at(listed, refused.value.problems)) == {("term", "until")}
    assert not problems_at(listed, ())


def test_an_absent_field_has_choices_and_no_value() -> None:
    found = field_at("measure", value_of(MEASURE), ("screening",))
    assert found is not None
    assert found.value is ABSENT
    assert {word for word, _ in found.choices} >= {"none", "unknown"}


def test_a_decision_asks_for_every_judgement_that_is_awaited(judged: Any) -> None:
    checked = judged(MEASURE.replace(NAME, "heerlen-undecided"))
    text = new_decision(checked, "minister", "vro", date(2026, 11, 25))
    stated = value_of(text)
    assert [each["rule"] for each in stated["judgements"]] == ["renewed@2026-07-01/4.1", "grondwet@2023-02-22/1"]
    with pytest.raises(Refused):
        document(text.encode(), "decision.yaml")
    for at in range(2):
        text = edited(text, "decision", ("judgements", at, "outcome"), "met")
        text = edited(text, "decision", ("judgements", at, "reasons"), "Voldoende aannemelijk.")
    text = edited(edited(text, "decision", ("outcome",), "granted"), "decision", ("source", "title"), "Besluit")
    document(text.encode(), "decision.yaml")


def test_what_if_follows_through_what_is_derived(judged: Any) -> None:
    facts = shipped_catalogue().facts
    made = supposing(MEASURE, "measure.yaml", [("measure.term", "2027-01-01/2050-12-31")], facts)
    assert str(made.measure.model.term) != str(document(MEASURE.encode(), "measure.yaml").model.term)  # type: ignore[attr-defined]
    made = supposing(MEASURE, "measure.yaml", [("area.inflow_share", "3 %"), ("term.until", "2028-01-01")], facts)
    assert made.facts["area.inflow_share"].written == "3 %"
    assert "2028" in str(made.measure.model.term)


def test_what_is_shown_of_a_fact_can_be_supposed_as_it_stands(judged: Any) -> None:
    documents = shipped()
    seen = set()
    for measure in documents.measures():
        text = documents.text(measure.parsed.file)
        for branch in walked(verdict_tree(judged(text), "nl")):
            if (fact := branch.fact) and (fact.name, branch.written) not in seen:
                seen.add((fact.name, branch.written))
                known = {**shipped_catalogue().facts, fact.name: fact}
                made = supposing(text, measure.parsed.file, [(fact.name, branch.written)], known)
                assert fact.name not in made.facts or made.facts[fact.name].written == branch.written
    assert len(seen) > 70


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("area.inflow_share", "veel"),
        ("area.inflow_shar", "3 %"),
        ("nergens.iets", "x"),
        ("term.until", "morgen"),
        ("area.inflow_share", "4 % – 3 %"),
        ("area.inflow_share", "≥ veel"),
        ("measure.term", "2027-01-01 – morgen"),
    ],
    ids=["no-percentage", "misspelt", "nowhere", "no-day", "back-to-front", "at-least-what", "no-last-day"],
)
def test_a_supposition_that_cannot_be_is_refused(name: str, value: str) -> None:
    with pytest.raises(Refused):
        supposing(MEASURE, "measure.yaml", [(name, value)], shipped_catalogue().facts)


def test_explain_with_a_supposition_says_so(run: Run) -> None:
    file = "measures/proposals/rotterdam/2018-designation.yaml"
    code, out, _ = run("explain", file, "--lang", "en")
    assert code == 0
    assert "eligible" in out
    assert "SUPPOSED" not in out
    code, out, _ = run("explain", file, "--lang", "en", "--suppose", "area.national_population_share=0.1 %")
    assert code == 0
    assert out.startswith("! SUPPOSED: area.national_population_share = 0.1 %")
    code, _, err = run("explain", file, "--suppose", "area.national_population_shar=1 %")
    assert code == 3
    assert "area.national_population_share" in err


def test_draft_on_the_command_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    assert run("draft", str(file), "--new", "heerlen-new", "--municipality", "GM0917")[0] == 0
    assert run("draft", str(file), "--new", "heerlen-new")[0] == 2
    before = file.read_bytes()
    code, _, err = run("draft", str(file), "--set", "title.nl=Nieuw", "--set", "titel.en=New")
    assert (code, file.read_bytes()) == (2, before), err
    code, out, err = run("draft", str(file), "--set", "title.nl=Nieuw", "--fields", "--lang", "en")
    assert code == 0
    assert "· title.nl = Nieuw" in out
    assert "title.en" in err
    assert "title.nl" not in err


def test_advice_says_what_the_check_found_and_no_markup_gets_in(judged: Any) -> None:
    checked = judged(MEASURE)
    says = "<script>x</script> [klik](http://a.nl) *vet*\n- geen item\x1b[31m"
    text = as_markdown(advice(checked, says, "Eva", date(2026, 11, 25), "nl"))
    assert "\\<script\\>" in text
    assert "\\[klik\\](http\\://a.nl) \\*vet\\*" in text
    assert "\n\\- geen item⟨U+001B⟩\\[31m\n" in text
    assert "\x1b" not in text
    for result in checked.results:
        assert result.hash in text
        assert all(str(outcome.rule.says.nl)[:20] in text for outcome in result.outcomes)
    odt = as_odt(advice(checked, says, "Eva", date(2026, 11, 25), "nl"))
    assert odt[:2] == b"PK"


def test_the_odt_holds_the_same_words_as_text(judged: Any, tmp_path: Path) -> None:
    from odfdo import Document

    file = tmp_path / "note.odt"
    file.write_bytes(as_odt(advice(judged(MEASURE), "a <b> & [/x]", "Eva", date(2026, 11, 25), "nl")))
    made = Document(str(file))
    assert "a <b> & [/x]" in made.get_formatted_text()
    assert made.body.get_headers()


def test_drafts_are_kept_apart_from_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    keep_draft("measure", "../../etc/x", "a: 1\n")
    assert kept_draft("measure", "../../etc/x") == "a: 1\n"
    assert [file.name for file in (tmp_path / "regelruimte/drafts").iterdir()] == ["measure--etc-x.yaml"]
    assert len(kept_drafts()) == 1
    drop_draft("measure", "../../etc/x")
    assert kept_drafts() == []
