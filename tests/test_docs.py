"""Documents name files, tests and commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_files_that_are_named_exist(path: Path) -> None:
    names = re.findall(
        r"`((?:tests|scripts|server|docs|world_assets|client_web)/[\w./-]+)", path.read_text(encoding="utf-8")
    )
    made = {"client_web/dist", "tests/golden"}
    missing = [name for name in names if name not in made and not (ROOT / name.rstrip("/.")).exists()]
    assert missing == []


def test_every_setting_that_is_named_exists() -> None:
    from turia.settings import declared

    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    for block in re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL):
        for name in re.findall(r"^(\w+) =", block, flags=re.MULTILINE):
            assert name in declared()


def test_options_that_are_named_exist() -> None:
    from turia.cli import serve_parser

    known = {option for action in serve_parser()._actions for option in action.option_strings}
    for path in DOCS:
        for line in re.findall(
            r"^.*(?:turia serve|scripts/serve)(.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        ):
            used = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", line))
            assert used <= known, f"{path.name}: {line}"


def test_no_document_names_a_folder_of_somebodys_machine() -> None:
    for path in DOCS:
        assert not re.search(r"/home/|/root/|/work/", path.read_text(encoding="utf-8")), path.name
