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
DOCUMENTS = Counter(
    "streams_documents",
    "Articles that `relate` sent on: new `original` ones, a new `copy` of another, or `changed` ones.",
    ["kind"],
)
STORIES = Counter(
    "streams_stories",
    "Stories `begun`, `returned` (begun as an earlier one came back), or `merged` into another.",
    ["what"],
)
ALERTS = Counter(
    "streams_alerts",
    "Alerts that `decide` sent on, new or changed: `delivered`, `held`, `recorded`.",
    ["delivery"],
)
TOLD = Counter("streams_told", "Alerts to be told to a channel, since they `opened` or `escalated`.", ["reason"])
DELIVERIES = Counter(
    "streams_deliveries",
    "Tries to tell people: `made`, `refused` for good, or `put_off` since the channel is away.",
    ["channel", "outcome"],
)
MODEL_TEXTS = Counter(
    "streams_model_texts", "Texts given to a language model, for `entities` or `headlines`.", ["task"]
)
MODEL_SECONDS = Counter(
    "streams_model_seconds", "Time that processes of models took for them, first loading included.", ["task"]
)
BULK_RECORDS = Counter(
    "streams_bulk_records",
    "Records sent to Elasticsearch: `stored`, `known` there already, `refused`, or `left` to be sent again.",
    ["outcome"],
)
BULK_SECONDS = Histogram(
    "streams_bulk_seconds",
    "Time until Elasticsearch has answered for all records of a batch.",
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100),
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
PAGES = Counter("streams_pages", "Pages of articles: `read`, or the kind of what stood against it.", ["outcome"])
FEEDS = Gauge(
    "streams_feeds", "Feeds that a reader polls, by how they are, in the words of the page of feeds.", ["state"]
)
HOST_FAILING = Gauge(
    "streams_host_feeds_failing",
    "Feeds that fail, of the 20 hosts with most of them; the rest are of `others`.",
    ["host"],
)
