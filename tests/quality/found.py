"""What the program makes of the labelled data: the bundled feeds read edition by edition, the stream replayed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from streams import codec
from streams.feeds.fetch import Fetched
from streams.feeds.opml import read_feeds
from streams.feeds.parse import parse
from streams.feeds.poll import changed
from streams.identify.prepare import Preparing
from streams.identify.stage import Identify
from streams.query.tokens import fold
from streams.records import Article, Document, FeedState, RawItem, Record, Story
from streams.relate.frequencies import load_frequencies
from streams.relate.stage import Relate
from streams.replay import Line, replay
from streams.sample.editions import read_editions
from streams.sample.server import LIST
from streams.seeds import seeds_folder
from streams.settings import Settings, load
from streams.tag.encoder import Encoder
from streams.tag.mentions import KINDS
from streams.tag.stage import Tag
from streams.tag.tagger import FindsMentions
from tests.quality import data
from tests.quality.data import Name

ANCHOR = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SERVER = "http://127.0.0.1:8401"


class Found(NamedTuple):
    """What was made of one item; items are named as their labels are, stories by the program's ids.

    `names` are of people, organisations and places: folded, and with the kind of thing as label.
    """

    story: str
    recurs: str | None
    copy_of: str | None
    language: str
    names: set[Name]
    removed: set[data.Line]


def name_of(name: str, label: str) -> Name:
    """A name as names are compared: models waver between the labels of places."""
    return Name(fold(name), KINDS[label])


def in_sample(tagger: FindsMentions) -> dict[str, Found]:
    """What becomes of each item of the bundled feeds, by the label's id, after their last editions."""
    ids = {(item.feed, item.guid): item.id for item in data.sample()}
    settings = load()
    identify = Identify({}, {}, Preparing(settings.max_text_chars), identity_days=settings.identity_days)
    articles: list[Article] = []
    labels: dict[str, str] = {}
    for feed, item in sample_items():
        for output in identify.process([item]):
            assert isinstance(output.record, Article)
            articles.append(output.record)
            labels[output.record.id] = ids[feed, item.guid or item.url or ""]
    tag = Tag(tagger, Encoder(settings.title_model))
    documents, stories = related([output.record for output in tag.process(articles)])
    return {
        labels[document.id]: Found(
            document.story_id,
            stories[document.story_id].recurs,
            labels[document.copy_of] if document.copy_of else None,
            document.language,
            {name_of(entity.name, entity.label) for entity in document.entities if entity.label != "EVENT"},
            {data.Line(line.kind, line.text) for line in document.removed},
        )
        for document in documents
    }


def sample_items() -> Iterator[tuple[str, RawItem]]:
    """The bundled feeds' items, each with its feed's name: all first editions, then all second ones, and so on."""
    folder, settings = seeds_folder() / "sample", load()
    editions = read_editions(folder, ANCHOR)
    feeds = read_feeds((folder / LIST).read_bytes().replace(b"{{ base }}", SERVER.encode()), LIST)
    states = {feed.id: FeedState(feed_id=feed.id) for feed in feeds}
    for number in range(max(map(len, editions.values()))):
        for feed in feeds:
            file = feed.url.rpartition("/")[2]
            if number < len(editions[file]):
                body = editions[file][number].body
                answer = Fetched(status=200, url=feed.url, body=body)
                at = ANCHOR + timedelta(minutes=number)
                polled = changed(feed, states[feed.id], answer, parse(body, url=feed.url), at, settings)
                states[feed.id] = polled.state
                for item in polled.items:
                    yield file.partition(".")[0], item


def related(articles: Sequence[Record]) -> tuple[list[Document], dict[str, Story]]:
    """The documents of articles and the stories, by id, as they stand in the end."""
    settings = load()
    relate = Relate(
        {},
        story_days=settings.story_days,
        recurrence_days=settings.recurrence_days,
        copy_days=settings.copy_days,
        frequencies=load_frequencies(),
    )
    related = [output.record for output in relate.process(articles)]
    documents = {record.id: record for record in related if isinstance(record, Document)}
    return list(documents.values()), {record.id: record for record in related if isinstance(record, Story)}


def in_stream(folder: Path) -> dict[str, Found]:
    """What `streams replay` says of each item of the stream as it passes, by id."""
    lines = replayed(data.FOLDER / "stream.jsonl", folder, load()).read_bytes().splitlines()
    return {str(line.id): _as_replayed(line) for line in (codec.decode_as(line, Line) for line in lines)}


def _as_replayed(line: Line) -> Found:
    return Found(
        line.story_id or "",
        line.recurs,
        str(line.copy_of) if line.copy_of else None,
        line.language or "",
        {name_of(str(one["name"]), str(one["label"])) for one in line.entities if one["label"] != "EVENT"},
        set(),
    )


def replayed(rows: Path, folder: Path, settings: Settings) -> Path:
    """The file of what was decided about a file's rows, in a new data folder."""
    out = folder / "decided.jsonl"
    at_home = settings.model_copy(update={"data": folder / "data"})
    asyncio.run(replay(at_home, rows, out, notify=False, done=lambda _: None))
    return out
