"""What an index holds about one item, put together for `explain`."""

from __future__ import annotations

from streams.engines.engine import Explanation
from streams.errors import NotFoundError
from streams.index.merged import standing
from streams.index.search import AlertQuery, Search

MOST_ALERTS = 100


def explained(search: Search, item_id: str) -> Explanation:
    """The article, story or alert; an article's story, and the alerts that it is evidence of.

    Raises NotFoundError.
    """
    document, story, alert = search.document(item_id), search.story(item_id), search.alert(item_id)
    if document is None and story is None and alert is None:
        raise NotFoundError(f"nothing is stored under {item_id!r}: `streams search` shows the ids of articles")
    alerts = [alert] if alert else []
    if document is not None:
        story = story or search.story(document.story_id)
        of_story = search.alerts(AlertQuery(story=document.story_id, limit=MOST_ALERTS)).hits
        alerts += [one for one in of_story if any(part.document_id == item_id for part in one.articles)]
    became = standing(search, story.id) if story is not None and story.merged_into else None
    return Explanation(id=item_id, document=document, story=story, became=became, alerts=alerts)
