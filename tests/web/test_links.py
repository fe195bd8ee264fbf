from __future__ import annotations

import httpx

from tests.web.html import links, page


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
