"""The pages of the laws: made from the rules, and no other than those that are shipped."""

import json
import re
import shutil
from pathlib import Path

import pytest

from registry import law_page as module
from registry.law_page import law_page, rule_page
from rules.lawbook import shipped_lawbook
from tests.conftest import Run
from tests.samples import ROOT
from tests.test_format_markdown import tokens

HARM = "`<script>x</script>`<b>[l](http://b.nl)|![i](http://b.nl/i)"


def of_harm(folder: Path) -> Path:
    """A law that is sound, with harm wherever text may stand: in words, addresses and the names of rules."""
    text = (ROOT / "rules/laws/gemeentewet/2026-10-01.yaml").read_text(encoding="utf-8")
    text = re.sub(
        r"\b(nl|en): (\"[^\"]*\"|[^\n{}\"]+?)(?=, en:|[}\n])", lambda it: f"{it[1]}: {json.dumps(HARM)}", text
    )
    text = re.sub(r"url: \"[^\"]*\"", f"url: {json.dumps(f'https://a.nl/){HARM}')}", text)
    text = text.replace("bwb: BWBR0005416\n", f"uri: {json.dumps(f'https://a.nl/>{HARM}')}\n")
    text = text.replace('rule: "151b.1"', f"rule: {json.dumps(f'151b.1{HARM}')}")
    (folder / "gemeentewet").mkdir(parents=True)
    (folder / "gemeentewet" / "2026-10-01.yaml").write_text(text, encoding="utf-8")
    return folder


def harm_of(page: str) -> list[str]:
    """What is HTML or an image there, and each link to elsewhere than the law itself names."""
    found = tokens(page)
    told = [each.type for each in found if each.type in ("html_inline", "html_block", "image")]
    led = (str(each.attrs["href"]) for each in found if each.type == "link_open")
    return told + [href for href in led if not href.startswith("https://a.nl/")]


def test_the_shipped_pages_are_what_the_rules_say(run: Run, tmp_path: Path) -> None:
    assert run("law", "doc", "--check") == (0, "", "")
    folder = tmp_path / "laws"
    shutil.copytree(ROOT / "rules/laws", folder)
    file = folder / "wgs" / "2026-07-01.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("at_most: 5 years", "at_most: 6 years"), encoding="utf-8")
    code, out, _ = run("law", "doc", "--check", "--laws", str(folder), "--lang", "en")
    assert (code, out) == (1, f"{folder}/wgs/README.md: stale: make anew with law doc --write\n")
    assert run("law", "doc", "--write", "--laws", str(folder))[0] == 0
    assert "at_most 6 years" in (folder / "wgs/README.md").read_text(encoding="utf-8")
    assert run("law", "doc", "--check", "--laws", str(folder))[:2] == (0, "")


def test_a_page_tells_how_a_rule_read_over_time() -> None:
    book = shipped_lawbook()
    page = rule_page(book, "participatiewet", "83.2")
    assert page is not None
    assert page.index("2026-01-01 – …") < page.index("2017-04-01 – 2025-12-31")
    assert "measure.term at_most 5 years" in page
    assert "measure.term at_most 3 years" in page
    assert "`five-years`" in page
    whole = law_page(book, "wbmgp")
    for law in (book.version("wbmgp", first) for first in book.versions("wbmgp")):
        assert all(f"`{rule.name}`\n" in whole for rule in law.rules.values())
    assert rule_page(book, "participatiewet", "99") is None


def test_one_rule_on_the_command_line(run: Run) -> None:
    code, out, _ = run("law", "doc", "opiumwet/13b.1")
    assert code == 0
    assert out.startswith("# 13b lid 1 · `13b.1`")
    assert run("law", "doc", "opiumwet/13c")[0] == 2
    assert run("law", "doc", "opiumwte")[0] == 2
    assert run("law", "doc")[0] == 2


def test_no_word_of_a_law_is_more_than_text_on_its_page(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("law", "doc", "gemeentewet", "--laws", str(of_harm(tmp_path)))
    code, page, _ = run(*asked)
    assert code == 0
    assert "151b.1`<script>" in page
    assert page.count("https://a.nl/") > 10
    assert harm_of(page) == []
    for gate in ("code", "address", "markdown"):  # the controls
        with monkeypatch.context() as without:
            without.setattr(module, gate, lambda text: text)
            assert harm_of(run(*asked)[1]), gate


def test_what_is_no_address_of_the_web_is_no_link(run: Run, tmp_path: Path) -> None:
    file = of_harm(tmp_path) / "gemeentewet" / "2026-10-01.yaml"
    file.write_text(re.sub(r"uri: .*", "uri: javascript:alert(1)", file.read_text(encoding="utf-8")), encoding="utf-8")
    page = run("law", "doc", "gemeentewet", "--laws", str(tmp_path))[1]
    assert "`javascript:alert(1)`" in page
    assert harm_of(page) == []
