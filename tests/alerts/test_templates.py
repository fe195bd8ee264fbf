from __future__ import annotations

from pathlib import Path

import pytest

from streams.alerts.message import Message
from streams.alerts.templates import MOST_BYTES, MessageTemplate
from streams.errors import RecordError, SettingsError
from tests.alerts.fakes import delivery


def template(folder: Path, text: str, name: str = "desk.txt") -> MessageTemplate:
    (folder / name).write_text(text)
    return MessageTemplate("desk", folder / name)


def test_the_first_line_is_the_subject_and_the_rest_the_text(tmp_path: Path) -> None:
    made = template(
        tmp_path,
        "{{ alert.rule_name }} ({{ deliveries|length }})\n\n{% for one in deliveries %}* {{ one.alert.title }}\n"
        "{% endfor %}",
    )

    assert made.message([delivery("a", title="First"), delivery("b", title="Second")]) == Message(
        "Bridge (2)", "* First\n* Second"
    )


def test_a_template_of_one_line_is_both(tmp_path: Path) -> None:
    assert template(tmp_path, "{{ alert.title }}").message([delivery()]) == Message(
        "Bridge closed", "Bridge closed"
    )


@pytest.mark.parametrize(("name", "is_json"), [("a.txt", False), ("a.json", True), ("a.json.jinja", True)])
def test_a_template_makes_json_when_its_name_says_so(tmp_path: Path, name: str, is_json: bool) -> None:
    made = template(tmp_path, '{"text": {{ alert.title|tojson }}}', name)

    assert made.is_json is is_json
    assert made.text([delivery(title='A "bridge"')]) == '{"text": "A \\"bridge\\""}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{% if %}", "line 1: Expected an expression"),
        ("a\n{{ b", "line 2"),
        ("x" * (MOST_BYTES + 1), "100000 bytes"),
    ],
)
def test_what_is_no_template_is_refused_at_the_start(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(
        SettingsError, match=rf"STREAMS_CHANNEL_TEMPLATES: the template of desk, .*desk\.txt.*{why}"
    ):
        template(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing\.txt, cannot be read: No such file"):
        MessageTemplate("desk", tmp_path / "missing.txt")


@pytest.mark.parametrize(
    "text",
    [
        "{{ alert.nothing }}",
        "{{ 1 / 0 }}",
        "{{ alert.__class__.__mro__ }}",
        "{% for n in range(10**9) %}x{% endfor %}",
        "{% for n in range(90000) %}{{ 'x' * 100 }}{% endfor %}",
    ],
)
def test_a_template_that_fails_or_reaches_too_far_refuses_the_delivery(tmp_path: Path, text: str) -> None:
    with pytest.raises(RecordError, match=r"channel desk: .*desk\.txt fails: .*; mend the template"):
        template(tmp_path, text).text([delivery()])
