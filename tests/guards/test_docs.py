"""The documentation is true: its commands run and print what it says, its links lead somewhere.

A block marked `console` is run, in order, in one folder for each document: it holds the configuration and the
examples of the checkout and nothing else. Lines after `$ ` are commands, lines after `> ` continue them, and all
other lines must appear in the output in this order; `...` stands for anything. `console exit=78` tells the exit
code. Blocks marked `sh` are for reading: servers, other machines, other people's programs. A block marked `python`
that begins with `# <path>` is a copy from that file.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

import pytest

from tests.guards.sources import ROOT

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```console(?: exit=(\d+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COPY = re.compile(r"^```python\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COPIED = ("config", "examples", "templates")


@dataclass(frozen=True, slots=True)
class Step:
    """A command, what it must print and how it must end."""

    command: str
    printed: tuple[str, ...]
    code: int


def steps(document: Path) -> Iterator[Step]:
    """Read the commands of a document."""
    for code, block in BLOCK.findall(document.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            more = [line.removeprefix("> ") for line in lines[1:] if line.startswith("> ")]
            printed = tuple(
                line for line in lines[1:] if line.strip() not in ("", "...") and not line.startswith("> ")
            )
            yield Step("\n".join([lines[0], *more]), printed, int(code or 0))


def links(document: Path) -> Iterator[str]:
    """List the links of a document to other files and to headings."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return (link for link in LINK.findall(text) if "://" not in link and not link.startswith("mailto:"))


def anchors(document: Path) -> set[str]:
    """List the names of a document's headings, as the forge makes them."""
    titles = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Lay out the folder in which a document's commands run, and their environment."""
    programs, folder = tmp_path / "bin", tmp_path / "loge"
    programs.mkdir()
    folder.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    idp = programs / "idp"
    idp.write_text(f'#!/bin/sh\nexec {sys.executable} -m idp "$@"\n')
    idp.chmod(0o755)
    path = f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return folder, {"PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "LANG": "C.UTF-8", "COLUMNS": "120"}


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if any(steps(path))], ids=lambda path: path.name)
def test_commands_run_and_print_what_is_said(document: Path, desk: tuple[Path, dict[str, str]]) -> None:
    folder, environ = desk
    for step in steps(document):
        run = subprocess.run(
            ["sh", "-c", step.command],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )
        assert run.returncode == step.code, f"$ {step.command}\n{run.stdout}"
        rest = run.stdout
        for line in step.printed:
            assert line in rest, f"$ {step.command}\n{run.stdout}"
            rest = rest.partition(line)[2]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    lost = []
    for link in links(document):
        name, _, anchor = link.partition("#")
        target = (document.parent / name) if name else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_copied_code_is_the_code(document: Path) -> None:
    for name, block in COPY.findall(document.read_text(encoding="utf-8")):
        source = (ROOT / name).read_text(encoding="utf-8")
        for part in block.strip().split("\n\n\n"):
            assert part in source or indent(part, "    ") in source, f"{name} reads otherwise:\n{part}"
