"""Registrable domains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.domains import domain_of


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/news/uk-1", "bbc.co.uk"),
        ("http://NEWS.Example.COM:8080/a?b#c", "example.com"),
        ("https://user:secret@www.example.org/", "example.org"),
        ("https://www.example.org./", "example.org"),
        ("https://someone.blogspot.com/2026/", "someone.blogspot.com"),
        ("https://zeitung.müller.de/", "xn--mller-kva.de"),
        ("https://xn--mller-kva.de/", "xn--mller-kva.de"),
        ("https://www.食狮.公司.cn/", "xn--85x722f.xn--55qx5d.cn"),
        ("https://www.xn--85x722f.xn--55qx5d.cn/", "xn--85x722f.xn--55qx5d.cn"),
        ("https://www.xn--0.example.com/", "example.com"),
        ("https://a.b.unknown-suffix/", "b.unknown-suffix"),
    ],
)
def test_a_host_is_reduced_to_the_domain_that_was_registered(url: str, domain: str) -> None:
    assert domain_of(url) == domain


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1:8400/feed", "127.0.0.1"),
        ("http://[2001:DB8::1]/feed", "2001:db8::1"),
        ("http://localhost:9999/", "localhost"),
        ("https://co.uk/", "co.uk"),
    ],
)
def test_hosts_without_a_registrable_domain_stand_for_themselves(url: str, host: str) -> None:
    assert domain_of(url) == host


@pytest.mark.parametrize(
    "url",
    ["", "no url", "mailto:a@example.com", "http://[::1", "http://", "http://a..b/", f"http://{'a' * 300}.com/"],
)
def test_what_names_no_host_gives_an_empty_domain(url: str) -> None:
    assert domain_of(url) == ""


@given(st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    domain = domain_of("http://" + text)
    assert domain_of(f"http://{domain}/") in (domain, "") or ":" in domain
