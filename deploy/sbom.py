"""What a deployment is made of, as a CycloneDX 1.6 document (ECMA-424): `python -m deploy.sbom`.

The components are the packages that requirements.lock names for this machine, models among them, with the licences
that `deploy.licences` makes out. The same lock gives the same document, to the byte.
"""

from __future__ import annotations

import sys
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from importlib.metadata import PackageNotFoundError, metadata, requires
from typing import Any

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.licences import Licence, licences

Json = dict[str, Any]
SPECIFICATION = "1.6"
OURS = "streams"
KINDS = {"runs": "library", "model": "machine-learning-model"}
"""The types of CycloneDX, by what a package is used for; what only checks the program is no part of it."""


def document() -> Json:
    """The document. Raises PackageNotFoundError for what is in the lock and not installed."""
    parts = [one for one in licences() if one.use in KINDS]
    refs = {OURS: OURS} | {one.package: f"pkg:pypi/{one.package}@{one.version}" for one in parts}
    needed = _needed(refs)
    body: Json = {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": OURS,
                "name": OURS,
                "version": metadata(OURS)["Version"],
            }
        },
        "components": [_component(one, refs[one.package]) for one in parts],
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(refs[one] for one in needed[package])}
            for package, ref in refs.items()
        ],
    }
    named = uuid.uuid5(uuid.NAMESPACE_URL, msgspec.json.encode(body, order="sorted").decode())
    return {"serialNumber": named.urn, **body}


def _component(one: Licence, ref: str) -> Json:
    return {
        "type": KINDS[one.use],
        "bom-ref": ref,
        "name": one.package,
        "version": one.version,
        "purl": ref,
        "licenses": [{"expression": one.expression}],
    }


def _needed(packages: Collection[str]) -> dict[str, set[str]]:
    """Which of the packages each of them needs on this machine, with the extras that any of them asks for."""
    wanted = {package: [Requirement(line) for line in requires(package) or []] for package in packages}
    extras = defaultdict(set, {package: {""} for package in packages})
    for line in (line for lines in wanted.values() for line in lines):
        extras[canonicalize_name(line.name)] |= line.extras
    return {
        package: {str(canonicalize_name(line.name)) for line in lines if _holds(line, extras[package])}
        & set(packages)
        for package, lines in wanted.items()
    }


def _holds(line: Requirement, extras: Iterable[str]) -> bool:
    return line.marker is None or any(line.marker.evaluate({"extra": extra}) for extra in extras)


def main() -> int:
    """Print the document; returns the exit status."""
    try:
        made = document()
    except PackageNotFoundError as error:
        sys.stderr.write(f"sbom: {error} is in the lock and not installed: make check installs it\n")
        return 1
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
