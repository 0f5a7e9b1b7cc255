"""The pages of the laws: made from the rules, and no other than those that are shipped."""

import shutil
from pathlib import Path

from registry.law_page import law_page, rule_page
from rules.lawbook import shipped_lawbook
from tests.conftest import Run
from tests.samples import ROOT


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
