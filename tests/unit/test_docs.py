"""What the documents say is there: settings, commands, links; and what they must not say."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

from butler.cli import app
from butler.settings import Settings
from serving.answers import Vitals

ROOT = Path(__file__).parents[2]
README_LINES = 110

_FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")
_HEADING = re.compile(r"^#+ +(.+?) *#*$", re.MULTILINE)
_SETTING = re.compile(r"\bBUTLER_[A-Z_]*[A-Z]\b")
# `butler` where a command may begin: not in a path, a module or a host name
_BUTLER = re.compile(r"(?:^|(?<=[\s(/;&|=]))butler +([a-z].*)")
# Where one machine keeps its files, and where one network keeps its packages.
_MACHINE_PATH = re.compile(r"(?<![\w.<>-])/(work|root|home/[a-z]\w*|Users/\w+)/")
_REGISTRY = re.compile(
    r"--(extra-)?index-url|--trusted-host|pythonhosted[.]org|pypi[.]org/simple|artifactory"
)


def committed(*suffixes: str) -> list[Path]:
    """The files git keeps or would keep, here and now."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("needs a git checkout, to know its files", allow_module_level=True)
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [p for p in found if p.is_file() and (not suffixes or p.suffix in suffixes)]


def here(path: Path) -> str:
    return str(path.relative_to(ROOT))


def settings_of(model: type[BaseModel], prefix: str = "BUTLER_") -> Iterator[tuple[str, Any]]:
    """(environment variable, default) of every setting, those of sections too."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from settings_of(kind, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}", field.default


def shown(default: Any) -> str:
    """A default as the table writes it."""
    return "none" if default is None else f"`{default}`"


def code_of(text: str) -> Iterator[str]:
    """The lines of fenced blocks, continued ones joined, and the inline code outside of them."""
    for match in _FENCE.finditer(text):
        yield from match.group().replace("\\\n", " ").splitlines()
    for match in _CODE.finditer(_FENCE.sub("", text)):
        yield match.group(2).replace("\n", " ")


def butler_calls(text: str) -> list[str]:
    """What is typed after `butler` in the code of a document, up to the end of that command."""
    found = [m.group(1) for line in code_of(text) for m in _BUTLER.finditer(line)]
    return [re.split(r"[|;&#>)]", call)[0].strip() for call in found]


def what_is_wrong(call: str) -> str:
    """ "" where the command line knows the call's command and options."""
    command: Any = typer.main.get_command(app)
    words = shlex.split(call)
    while words and hasattr(command, "commands"):
        name = words.pop(0)
        if name not in command.commands:
            return f"no command {name!r}"
        command = command.commands[name]
    if hasattr(command, "commands"):
        return f"{call!r} needs a command after it"
    known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    unknown = [word for word in words if word.startswith("--") and word not in known]
    return f"no option {', '.join(unknown)}" if unknown else ""


def anchors(markdown: str) -> set[str]:
    """The names that headings can be linked by."""
    plain = [re.sub(r"[^\w\- ]", "", h.lower()) for h in _HEADING.findall(markdown)]
    return {h.strip().replace(" ", "-") for h in plain}


def links(text: str) -> list[str]:
    """Relative link targets outside of code."""
    targets = _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))
    return [t for t in targets if not re.match(r"[a-z][a-z0-9+.-]*:", t)]


def broken(link: str, source: Path) -> bool:
    path, _, anchor = link.partition("#")
    target = (source.parent / path) if path else source
    if not target.exists() or not target.resolve().is_relative_to(ROOT):
        return True
    return bool(anchor) and anchor not in anchors(target.read_text())


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    """A setting that is new, gone, or has another default than docs/settings.md says fails here."""
    table = (ROOT / "docs" / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `(BUTLER_\w+)` \| (.+?) \|", table, re.MULTILINE))
    assert rows == {name: shown(default) for name, default in settings_of(Settings)}


def test_every_setting_in_the_table_says_what_it_means() -> None:
    """The third column is never empty."""
    table = (ROOT / "docs" / "settings.md").read_text()
    rows = re.findall(r"^\| `(BUTLER_\w+)` \| .+? \| (.*) \|$", table, re.MULTILINE)
    assert len(rows) == len(dict(settings_of(Settings)))
    assert [name for name, meaning in rows if len(meaning) < 10] == []


@pytest.mark.parametrize("path", committed(".md"), ids=here)
def test_a_document_names_only_settings_that_exist(path: Path) -> None:
    """BUTLER_TEST_ variables are read by tests alone and are no settings."""
    named = set(_SETTING.findall(path.read_text()))
    known = set(dict(settings_of(Settings)))
    assert {n for n in named - known if not n.startswith("BUTLER_TEST_")} == set()


@pytest.mark.parametrize("path", committed(".md"), ids=here)
def test_a_document_names_only_commands_and_options_that_exist(path: Path) -> None:
    """Every `butler ...` in code is looked up in the command line itself."""
    calls = butler_calls(path.read_text())
    wrong = {call: what_is_wrong(call) for call in calls}
    assert {call: why for call, why in wrong.items() if why} == {}


def test_the_readme_shows_commands_to_look_up() -> None:
    """Guards the search itself: it finds the calls of a block, and sees a wrong one."""
    assert butler_calls((ROOT / "README.md").read_text())
    text = "```\nX=1 .venv/bin/butler key \\\n  create --name a | tail\n```\n`butler fly`, `butler`"
    assert butler_calls(text) == ["key    create --name a", "fly"]
    assert what_is_wrong("key create --name a") == ""
    assert what_is_wrong("fly") == "no command 'fly'"
    assert what_is_wrong("run --dta x") == "no option --dta"


@pytest.mark.parametrize("path", committed(".md"), ids=here)
def test_every_relative_link_leads_to_a_file_of_the_repository(path: Path) -> None:
    """A link with an anchor needs the heading, too."""
    assert [link for link in links(path.read_text()) if broken(link, path)] == []


def test_every_document_can_be_reached_from_the_index() -> None:
    """docs/README.md links to every page of docs/ and to every decision."""
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / link.split("#")[0]).resolve() for link in links(index.read_text())}
    pages = {p for p in committed(".md") if p.is_relative_to(index.parent)} - {index}
    assert sorted(here(p) for p in pages - linked) == []


def test_every_metric_stands_in_the_table_of_operations() -> None:
    """And the table names none that is gone."""
    from serving.api.metrics import Metrics

    metrics = Metrics()
    metrics.sample(Vitals())
    counters = re.findall(
        r"^# TYPE (butler_\w+) (?!gauge .*created)", metrics.text().decode(), re.M
    )
    told = {name for name in counters if not name.endswith("_created")}
    text = (ROOT / "docs" / "operations.md").read_text()
    rows = [r for r in text.splitlines() if r.startswith("| `butler_")]
    assert {n for r in rows for n in re.findall(r"`(butler_\w+)`", r.split(" | ")[0])} == told


def test_the_readme_is_short() -> None:
    """Whatever needs more room has a page in docs/."""
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES


def test_no_committed_text_names_one_machine_or_one_registry() -> None:
    """What is committed must hold on any machine."""
    found = []
    for path in committed():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue  # not a text
        for number, line in enumerate(lines, 1):
            if _MACHINE_PATH.search(line) or (path != Path(__file__) and _REGISTRY.search(line)):
                found.append(f"{here(path)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_the_search_for_machine_paths_finds_them_and_nothing_else() -> None:
    """Guards the pattern: a path of the root is one, a folder of that name is not."""
    assert _MACHINE_PATH.search("open('" + os.sep + "work" + os.sep + "main')")
    assert _MACHINE_PATH.search(os.sep + "home" + os.sep + "anna" + os.sep + "x")
    assert not _MACHINE_PATH.search("see docs/home/plan and ~/home/ and sqlite:////absolute/path")
