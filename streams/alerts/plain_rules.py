"""One rule as plain values: what the API takes and a form on the page sends, by the keys of a file of rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from streams import codec
from streams.alerts.rules import KEYS, LISTS, read_rules, to_plain
from streams.errors import RuleError
from streams.records import Rule

NAME = "rule"
PLACE = re.compile(rf"^{NAME}:\d+:\d+: ", re.MULTILINE)


def rule_of(plain: Mapping[str, object], channels: Collection[str]) -> Rule:
    """The rule. Raises RuleError with one line for each thing that is wrong."""
    try:
        # JSON is YAML too, so that there is one reader of rules, with one set of messages.
        [rule] = read_rules(codec.encode([plain]), NAME, channels)
    except RuleError as error:
        raise RuleError(PLACE.sub("", str(error))) from error
    return rule


def plain_of_form(fields: Mapping[str, str]) -> dict[str, object]:
    """A form's fields as plain values: those left blank are not given, lists are separated by commas."""
    return {
        key: [part.strip() for part in value.split(",") if part.strip()] if key in LISTS else value
        for key in KEYS
        if (value := fields.get(key, ""))
    }


def form_of_rule(rule: Rule) -> dict[str, str]:
    """A rule as a form shows it."""
    plain = to_plain(rule)
    return {
        key: ", ".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in plain.items()
    }
