"""Every metric, once: name, labels and what it counts. `docs/operations.md` has the same table, held by a test."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

IN = Counter("streams_records_in", "Records carried out by a stage, ticks and repeats included.", ["stage"])
OUT = Counter("streams_records_out", "Records that a stage sent on, by topic.", ["stage", "topic"])
REPEATS = Counter("streams_repeats", "Items that brought nothing new about an article that was known.")
DEAD_LETTERS = Counter("streams_dead_letters", "Records that a stage put aside.", ["stage"])
SERVICE_WAITS = Counter("streams_service_waits", "Times that a stage waited for a service.", ["stage"])
BATCH_SECONDS = Histogram(
    "streams_batch_seconds",
    "Time that a stage takes to process a batch, without sending what it leads to.",
    ["stage"],
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
)
LAG = Gauge("streams_lag_records", "Records that wait for a stage.", ["stage", "topic", "partition"])
TABLE_ENTRIES = Gauge(
    "streams_table_entries", "Entries of a state table, in the cluster about so many.", ["table", "partition"]
)
SEARCHABLE_SECONDS = Histogram(
    "streams_fetch_to_searchable_seconds",
    "From the fetch of a new article until it is found by search at the latest; backfill does not count.",
    buckets=(0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 60, 120, 300, 900, 3600),
)
POLLS = Counter("streams_feed_polls", "Polls of feeds: with `new` items, `quiet`, or `failed`.", ["outcome"])
NETWORK_AWAY = Gauge("streams_network_away", "1 while polling pauses because no host at all answers, else 0.")
ITEMS_READ = Counter("streams_items_read", "Items that the reader sent on.")
