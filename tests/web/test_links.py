from __future__ import annotations

import httpx
import pytest

from tests.web.html import links, page, texts


async def test_every_link_of_every_page_leads_somewhere(client: httpx.AsyncClient) -> None:
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop()
        answer = await client.get(path)
        assert answer.status_code == 200, path
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        found = {link for link in links(page(answer), "a, link") if link.startswith("/")} - seen
        seen |= found
        # Facets combine without end: what a narrowed search leads to is not followed.
        waiting += sorted(found) if not path.startswith("/search?") else []
    assert {"/feeds", "/rules", "/api/openapi.json", "/articles/bridge-7", "/alerts/bridges.bridge"} <= seen


@pytest.mark.parametrize("path", ["/", "/search?q=bridge", "/alerts", "/feeds", "/rules"])
async def test_a_part_behind_the_end_of_a_list_leads_back_to_its_beginning(
    client: httpx.AsyncClient, path: str
) -> None:
    tree = page(await client.get(f"{path}{'&' if '?' in path else '?'}offset=500"))
    assert texts(tree, ".empty") == ["The list ends before this part. Back to its beginning."]
    assert links(tree, ".empty a") == [path]
