"""The same rules and documents in Lucene Monitor, where Java is there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import msgspec

from benchmarks.alert_rules import Article, Clauses
from deploy.services.java import MissingError, fetch, java
from streams.query.tokens import words

HERE = Path(__file__).parent / "monitor"
HEAP = "4g"


class Measured(msgspec.Struct):
    """What one run gave, on one thread."""

    load_s: float
    per_s: float
    hits_per_document: float


def run(folder: Path, rules: Iterable[Clauses], articles: Iterable[Article], *, offsets: bool) -> Measured:
    """Load the rules, then match the articles; the first quarter of them is not timed. Raises MissingError."""
    binary = java(17)
    if binary is None:
        raise MissingError("Java 17 or newer is needed for Lucene Monitor")
    jars = folder.resolve() / "jars"
    fetch(jars, "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies", "-DincludeScope=runtime")
    rules_file, articles_file = folder / "rules.tsv", folder / "articles.txt"
    rules_file.write_text("\n".join(rule.line(f"r{number}") for number, rule in enumerate(rules)))
    articles_file.write_text("\n".join(" ".join(words(f"{one.title}\n{one.text}")) for one in articles))
    command: list[str | Path] = [binary, f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-cp", f"{jars}/*"]
    command.append(HERE / "LuceneMonitor.java")
    mode = "offsets" if offsets else "plain"
    ran = subprocess.run(
        [*command, rules_file, articles_file, mode], capture_output=True, text=True, check=True, timeout=1800
    )
    return msgspec.json.decode(ran.stdout, type=Measured)
