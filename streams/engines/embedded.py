"""The embedded engine: one data folder, one process that runs the stages, any number that look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Self

import msgspec

from streams import codec
from streams.alerts.edits import in_force
from streams.clock import Clock, now
from streams.corrections import by_time
from streams.engines.engine import Envelope, Explanation, FeedHealth, StageStatus, Status
from streams.engines.explaining import explained
from streams.engines.letters import SqliteLetters
from streams.engines.outbox import SqliteOutbox
from streams.engines.sqlite import Store, holds_data
from streams.engines.stages import INPUTS
from streams.engines.subscriptions import Subscriptions
from streams.engines.telling import by_age, by_name, by_title, counted, no_feed
from streams.identify.identity import Seen
from streams.index.embedded import EmbeddedIndex
from streams.index.search import Index, Search
from streams.index.sqlite_store import FILE as INDEX
from streams.records import Correction, DeadLetter, Edit, Feed, Rule, SavedSearch, Token, Topic
from streams.sample.start import refuse_sample
from streams.stage import STORY_GROUP, Output
from streams.state import Table

RULES, TOKENS, SEARCHES, CORRECTIONS = "live-rules", "tokens", "searches", "corrections"


def tokens_in(folder: Path) -> list[Token]:
    """The tokens of a data folder, oldest first; one that holds no data has none, and is not made.

    Raises DataFolderError when it cannot be used. The index is not opened: after a restore it is not whole yet.
    """
    if not holds_data(folder):
        return []
    with closing(Store(folder, create=False)) as store:
        return by_age(Table(store.table(TOKENS), Token).values())


class EmbeddedEngine:
    """The Engine over one data folder. Reading and small changes work beside a running pipeline."""

    def __init__(self, store: Store, index: Index, clock: Clock = now) -> None:
        self.store, self.index = store, index
        self.outbox = SqliteOutbox(store)
        self._letters = SqliteLetters(store)
        self._clock = clock
        self.subscriptions = Subscriptions(store)
        self._rules = Table(store.table(RULES), Rule)
        self._mutes = Table(store.table("mutes"), Edit)
        self._corrections = Table(store.table(CORRECTIONS), Correction)
        self._tokens = Table(store.table(TOKENS), Token)
        self._searches = Table(store.table(SEARCHES), SavedSearch)

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Self:
        """Look at a data folder, beside the process that runs it if there is one.

        Raises DataFolderError when there is none, unless it is to be made.
        """
        with ExitStack() as opened:
            store = opened.enter_context(closing(Store(folder, create=create)))
            if create and not (folder / INDEX).exists():
                EmbeddedIndex(folder).close()
            engine = cls(store, EmbeddedIndex(folder, read_only=True))
            opened.pop_all()
        return engine

    @property
    def search(self) -> Search:
        """Documents, stories and alerts."""
        return self.index

    def feeds(self) -> list[FeedHealth]:
        """All subscriptions, ordered by title."""
        feeds = self.subscriptions.feeds()
        states = self.subscriptions.states([feed.id for feed in feeds])
        return by_title(FeedHealth.of(feed, states.get(feed.id)) for feed in feeds)

    def add_feeds(self, feeds: Sequence[Feed]) -> int:
        """Subscribe; returns how many were new. A known feed gets the new title and tags, if any are given.

        Raises DataFolderError for a folder that holds the bundled sample.
        """
        refuse_sample(self.store.folder)
        return self.subscriptions.add(feeds)

    def allow(self, hosts: Sequence[str]) -> None:
        """Let the `host:port` of feeds that the operator named be fetched from, now and later."""
        self.subscriptions.allow(hosts)

    def remove_feed(self, feed_id: str) -> None:
        """Unsubscribe and forget the feed's state. Raises NotFoundError."""
        if not self.subscriptions.remove(feed_id):
            raise no_feed(feed_id)

    def rules(self, offset: int = 0, limit: int | None = None) -> list[Rule]:
        """The live alert rules, or a part of them, ordered by id."""
        return [codec.unpack_as(value, Rule) for value in self.store.values(RULES, offset, limit)]

    def rule_count(self) -> int:
        """How many rules are live."""
        return len(self._rules)

    def rule(self, rule_id: str) -> Rule | None:
        """One live rule, without reading all."""
        return self._rules.get(rule_id)

    def apply_rules(self, rules: Sequence[Rule]) -> None:
        """Add or change rules; those with `deleted` set are taken out of service."""
        changes = {rule.id.encode(): None if rule.deleted else codec.pack(rule) for rule in rules}
        # Matching and deciding both take rules up, each at its place in what it reads.
        outputs = [Output(topic, rule.id, rule) for rule in rules for topic in (Topic.RULES, Topic.HITS)]
        self.store.append(outputs, {RULES: changes})

    def mutes(self) -> list[Edit]:
        """The mutes in force, oldest first."""
        return in_force(self._mutes.values(), self._clock())

    def edit(self, edits: Sequence[Edit]) -> None:
        """Acknowledge alerts, mute stories or sources, or lift mutes; the stages take it up in their order."""
        known = {one.id for one in self.mutes()}
        over: dict[str, bytes | None] = {mute_id: None for mute_id in self._mutes if mute_id not in known}
        said = {
            one.id: codec.pack(one) if one.action == "mute" else None
            for one in edits
            if one.action != "acknowledge"
        }
        changes = {mute_id.encode(): value for mute_id, value in (over | said).items()}
        self.store.append([Output(Topic.HITS, one.rule_id, one) for one in edits], {"mutes": changes})

    def tokens(self) -> list[Token]:
        """All tokens, those of sessions among them, oldest first."""
        return by_age(self._tokens.values())

    def token(self, token_id: str) -> Token | None:
        """One token."""
        return self._tokens.get(token_id)

    def put_token(self, token: Token) -> None:
        """Keep a token."""
        self._tokens[token.id] = token

    def drop_tokens(self, ids: Sequence[str]) -> None:
        """Forget tokens."""
        self.store.append([], {TOKENS: {token_id.encode(): None for token_id in ids}})

    def searches(self) -> list[SavedSearch]:
        """The saved searches, ordered by name."""
        return by_name(self._searches.values())

    def keep_search(self, search: SavedSearch) -> None:
        """Keep a search, in the place of the one of its id."""
        self._searches[search.id] = search

    def drop_search(self, search_id: str) -> None:
        """Forget a search."""
        self.store.append([], {SEARCHES: {search_id.encode(): None}})

    def corrections(self) -> list[Correction]:
        """What people decided about names, oldest first."""
        return by_time(self._corrections.values())

    def correct(self, corrections: Sequence[Correction]) -> None:
        """Decide about names; relating takes it up in its order, and sends it on to the index."""
        changes = {one.id.encode(): None if one.undone else codec.pack(one) for one in corrections}
        self.store.append([Output(Topic.TAGGED, STORY_GROUP, one) for one in corrections], {CORRECTIONS: changes})

    def explain(self, item_id: str) -> Explanation:
        """Everything about an article, story or alert. Raises NotFoundError."""
        found = explained(self.index, item_id)
        seen = Table(self.store.table("identities"), Seen).get(item_id)
        return msgspec.structs.replace(
            found,
            identity=None if seen is None else msgspec.to_builtins(seen),
            deliveries=[told for alert in found.alerts for told in self.outbox.of_alert(alert.id)],
        )

    def status(self) -> Status:
        """Counts, lag and dead letters."""
        aside = Counter(letter.stage for letter in self.dead_letters().values())
        stages = [
            StageStatus(stage=stage, lag=self.store.lag(stage, inputs), dead_letters=aside[stage])
            for stage, inputs in INPUTS.items()
        ]
        return counted("embedded", self._clock(), self.feeds(), self.index, stages)

    def dead_letters(self) -> dict[str, Envelope]:
        """What was put aside and had no other try yet, by id, oldest first, without the records themselves."""
        return self._letters.waiting()

    def dead_letter(self, letter_id: str) -> DeadLetter:
        """One of them, whole. Raises NotFoundError."""
        return self._letters.get(letter_id)

    def replay(self, letter_ids: Set[str]) -> None:
        """Give these another try; the process that runs the folder takes them up, now or when it starts."""
        self._letters.replay(letter_ids)

    def close(self) -> None:
        """Close the files."""
        self.index.close()
        self.store.close()
