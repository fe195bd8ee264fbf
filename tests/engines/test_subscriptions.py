"""The feeds of a data folder and what is remembered of each."""

from __future__ import annotations

from functools import partial

from streams import codec
from streams.engines.sqlite import Store
from streams.engines.subscriptions import Subscriptions
from streams.feeds.opml import feed_from_url
from streams.feeds.poll import Polled
from streams.records import Feed, FeedState, Topic
from tests.factories import raw_item

HERALD = feed_from_url("https://herald.example/feed", "The Herald")
COURIER = feed_from_url("https://courier.example/feed", "Courier", ["World"])


def test_feeds_keep_the_order_in_which_they_were_subscribed_to(store: Store) -> None:
    known = Subscriptions(store)
    assert known.add([HERALD, COURIER]) == 2
    renamed = Feed(id=HERALD.id, url=HERALD.url, title="Herald on Sunday", tags=["Local"])
    assert known.add([renamed, feed_from_url("https://post.example/feed")]) == 1
    assert [feed.title for feed in known.feeds()] == ["Herald on Sunday", "Courier", ""]
    assert known.feeds()[0].tags == ["Local"]


def test_an_address_alone_takes_nothing_away_from_a_known_feed(store: Store) -> None:
    known = Subscriptions(store)
    known.add([COURIER])
    known.add([feed_from_url(COURIER.url)])
    assert known.feeds() == [COURIER]


def test_others_see_that_the_subscriptions_changed(store: Store) -> None:
    known, looking = Subscriptions(store), Subscriptions(Store(store.folder))
    versions = [looking.version()]
    for change in (partial(known.add, [HERALD]), partial(known.add, [COURIER]), partial(known.remove, HERALD.id)):
        change()
        versions.append(looking.version())
        assert looking.version() == versions[-1]
    assert len({str(version) for version in versions}) == 4


async def test_a_poll_is_kept_together_with_its_items_and_wakes_the_stages(store: Store) -> None:
    woken: list[bool] = []
    known = Subscriptions(store, lambda: woken.append(True))
    known.add([HERALD])
    assert known.states([HERALD.id]) == {}
    state = FeedState(feed_id=HERALD.id, etag='"1"', fingerprints=b"ab")
    await known.save([Polled(state=state, items=[raw_item(title="One"), raw_item(title="Two")])])
    assert known.states([HERALD.id]) == {HERALD.id: state}
    rows = store.read("identify", (Topic.RAW_ITEMS,), 10)
    assert [(row.key, codec.decode(row.value)) for row in rows] == [
        ("herald.example", raw_item(title="One")),
        ("herald.example", raw_item(title="Two")),
    ]
    assert woken == [True]


async def test_what_is_unsubscribed_is_forgotten_with_its_state_and_nothing_else_is(store: Store) -> None:
    known = Subscriptions(store)
    known.add([HERALD, COURIER])
    for feed in (HERALD, COURIER):
        await known.save([Polled(state=FeedState(feed_id=feed.id), items=[])])
    assert known.remove(HERALD.id)
    assert not known.remove(HERALD.id)
    assert known.feeds() == [COURIER]
    assert known.states([HERALD.id, COURIER.id]).keys() == {COURIER.id}


def test_hosts_that_the_operator_named_stay_named(store: Store) -> None:
    Subscriptions(store).allow(["127.0.0.1:8401", "10.0.0.1:80"])
    Subscriptions(store).allow(["127.0.0.1:8401"])
    assert Subscriptions(Store(store.folder)).allowed() == ["10.0.0.1:80", "127.0.0.1:8401"]
