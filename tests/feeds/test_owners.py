"""Owners of podcasts."""

from __future__ import annotations

import pytest

from streams.feeds.owners import with_owners
from streams.feeds.parse import parse

ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'


def test_the_owner_of_a_podcast_does_not_stand_for_its_author() -> None:
    owner = "<itunes:owner><itunes:name>Inc.</itunes:name><itunes:email>a@b.example</itunes:email></itunes:owner>"
    pod = f"<rss {ITUNES} version='2.0'><channel>{{}}{owner}</channel></rss>"
    assert parse(pod.format("<itunes:author>Ann</itunes:author>").encode()).authors == ["Ann"]
    assert parse(pod.format("").encode()).authors == ["Inc."]


def test_of_an_owner_the_name_stays_alone() -> None:
    owner = "<itunes:owner a='b'><itunes:email>x</itunes:email><itunes:name>Ann & Co</itunes:name></itunes:owner>"
    kept = "<feed_owner>Ann & Co</feed_owner>"
    assert with_owners(f"<a>{owner}</a>{owner}") == f"<a>{kept}</a>{kept}"


@pytest.mark.parametrize(
    "text", ["<itunes:owner/>", "<itunes:owner><itunes:name>A", "<itunes:owner>" * 5_000, "<a/>"]
)
def test_what_is_no_owner_stays_as_it_is(text: str) -> None:
    assert with_owners(text) == text
