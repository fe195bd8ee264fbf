"""The licences of all that the program needs, models included, against those allowed: `python -m deploy.licences`.

What is listed is what the lock names for this machine, as its own metadata declares it. A licence that is not
allowed, or that cannot be made out, is a mistake: somebody has to read it and decide.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from streams.settings import load

ROOT = Path(__file__).parents[1]
LOCKS = {"runs": "requirements.lock", "checks": "requirements-dev.lock"}
"""What is needed to run it, and what more to check it."""

ALLOWED = {
    "0BSD": "",
    "Apache-2.0": "",
    "BSD-2-Clause": "",
    "BSD-3-Clause": "",
    "CC0-1.0": "",
    "CNRI-Python": "",
    "ISC": "",
    "LicenseRef-Repoze": "BSD, with a clause about the name",
    "MIT": "",
    "PSF-2.0": "",
    "Zlib": "",
    "MPL-2.0": "files under it stay under it; they are used as they are",
    "LGPL-2.1-or-later": "a library that is used as it is and can be replaced",
    "LGPLLR": "a model that is used as it is and can be replaced; what it finds is free",
}
"""By their SPDX names, with what has to be kept in mind."""

NAMES = {
    "apache": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd-derived (repoze)": "LicenseRef-Repoze",
    "isc license": "ISC",
    "lgpl-lr": "LGPLLR",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "the bsd 2-clause license": "BSD-2-Clause",
}
"""What packages write in place of SPDX names, in small letters."""


class Licence(NamedTuple):
    """A package and what it declares; `expression` is empty where that cannot be made out."""

    package: str
    version: str
    use: str
    expression: str


def licences() -> list[Licence]:
    """Those of all that the lock names for this machine and is installed, in the order of names."""
    known: dict[str, Licence] = {}
    models = model_packages()
    for use, lock in LOCKS.items():
        for package in locked(lock):
            if package not in known:
                told = metadata(package)
                kind = "model" if package in models else use
                known[package] = Licence(package, told["Version"], kind, declared(package))
    return sorted(known.values())


def locked(lock: str) -> Iterator[str]:
    """The packages that a lock names for this machine."""
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            wanted = Requirement(line.removesuffix("\\").strip())
            if wanted.marker is None or wanted.marker.evaluate():
                yield canonicalize_name(wanted.name)


def model_packages() -> set[str]:
    """The packages that models come in."""
    settings, packages = load(), packages_distributions()
    names = [*settings.models.values(), settings.title_model]
    return {canonicalize_name(package) for name in names if name for package in packages.get(name, [])}


def declared(package: str) -> str:
    """What a package says of its licence, as an SPDX expression; empty where it cannot be made out."""
    told = metadata(package)
    expressions, texts, classifiers = (
        told.get_all(field) or [] for field in ("License-Expression", "License", "Classifier")
    )
    if expressions:
        return str(expressions[0])
    kinds = [name.rpartition("::")[2] for name in classifiers if name.startswith("License ::")]
    for name in (str(said).strip() for said in [*texts, *kinds]):
        if made_out := NAMES.get(name.lower(), name if allowed(name) else ""):
            return made_out
    return ""


def allowed(expression: str) -> bool:
    """Whether all licences of one of its alternatives may be used (`AND` binds closer than `OR`)."""
    return any(all(name in ALLOWED for name in part.split(" AND ")) for part in expression.split(" OR "))


def problems(found: list[Licence]) -> list[str]:
    """Why not all is well, a line each."""
    return [
        f"{one.package} {one.version}: "
        + (f"{one.expression} is not allowed" if one.expression else "its licence cannot be made out")
        + "; read it, and add it to ALLOWED in deploy/licences.py, or do without the package"
        for one in found
        if not allowed(one.expression)
    ]


def main() -> int:
    """Print the list, and what is wrong with it; returns the exit status."""
    try:
        found = licences()
    except PackageNotFoundError as error:
        sys.stderr.write(f"licences: {error} is in the lock and not installed: make check installs it\n")
        return 1
    wide = max(len(one.package) for one in found)
    for one in found:
        sys.stdout.write(f"{one.package:{wide}}  {one.version:14}  {one.use:6}  {one.expression}\n")
    for problem in problems(found):
        sys.stderr.write(f"licences: {problem}\n")
    return 1 if problems(found) else 0


if __name__ == "__main__":
    sys.exit(main())
