"""What is to be seen of a deployment: how records flow, how feeds do, what news there are, how processes are."""

from __future__ import annotations

from deploy.monitoring.grafana import Dashboard, Panel, of_processes, rate, slowest

_SEARCHABLE = "streams_fetch_to_searchable_seconds"

FLOW = Dashboard(
    "flow",
    "flow",
    (
        Panel(
            "Records carried out by each stage",
            {"{{stage}}": rate("streams_records_in_total", "stage")},
            "ops",
            "Ticks and repeats included.",
        ),
        Panel(
            "Records that wait for each stage",
            {"{{stage}}": "sum by (stage) (streams_lag_records)"},
            about="Where it rises, the stage does less than what comes in: docs/operations/alarms/lag-rises.md.",
        ),
        Panel(
            "From fetch to searchable",
            {
                "half": slowest(_SEARCHABLE, 0.5),
                "95 of 100": slowest(_SEARCHABLE, 0.95),
                "99 of 100": slowest(_SEARCHABLE, 0.99),
            },
            "s",
            "New articles, without backfill.",
        ),
        Panel("Time for a batch, 95 of 100", {"{{stage}}": slowest("streams_batch_seconds", 0.95, "stage")}, "s"),
        Panel(
            "Records sent on, by topic",
            {"{{topic}}": rate("streams_records_out_total", "topic")},
            "ops",
        ),
        Panel("Waits for a service", {"{{stage}}": rate("streams_service_waits_total", "stage")}, "ops"),
        Panel(
            "Records put aside in the last hour",
            {"{{stage}}": "sum by (stage) (increase(streams_dead_letters_total[1h]))"},
        ),
        Panel(
            "Records that wait, by partition",
            {"{{stage}} {{topic}}/{{partition}}": "topk(10, streams_lag_records) > 0"},
            about="The ten with most. One alone that rises: look at the worker that owns it.",
        ),
    ),
)

FEEDS = Dashboard(
    "feeds",
    "feeds",
    (
        Panel("Polls", {"{{outcome}}": rate("streams_feed_polls_total", "outcome")}, "ops", stacked=True),
        Panel("Feeds by how they are", {"{{state}}": "sum by (state) (streams_feeds)"}, stacked=True),
        Panel(
            "Feeds that fail, by host",
            {"{{host}}": "max by (host) (streams_host_feeds_failing) > 0"},
            about="The twenty hosts with most of them; those of the rest are together `others`.",
        ),
        Panel("Items read", {"items": rate("streams_items_read_total")}, "ops"),
        Panel(
            "Items that brought nothing new",
            {"share of all": f"{rate('streams_repeats_total')} / {rate('streams_items_read_total')}"},
            "percentunit",
            "The same entry again, or the same article from another feed.",
        ),
        Panel(
            "Pages read in full",
            {"{{outcome}}": rate("streams_pages_total", "outcome")},
            "ops",
            "`read`, or what stood against it.",
            stacked=True,
        ),
        Panel("Network away", {"{{instance}}": "max by (instance) (streams_network_away)"}, "none"),
    ),
)

NEWS = Dashboard(
    "news",
    "news",
    (
        Panel(
            "Articles",
            {"{{kind}}": rate("streams_documents_total", "kind")},
            "ops",
            "New originals, new copies, and articles that came again changed.",
            stacked=True,
        ),
        Panel(
            "Copies among new articles",
            {
                "share": rate("streams_documents_total", where='{kind="copy"}')
                + " / "
                + rate("streams_documents_total", where='{kind=~"copy|original"}')
            },
            "percentunit",
        ),
        Panel(
            "Stories in an hour",
            {"{{what}}": "sum by (what) (increase(streams_stories_total[1h]))"},
            about="A jump of `merged` or `returned` after a change of models is worth a look at the stories.",
        ),
        Panel(
            "Alerts in an hour, as they were sent on",
            {"{{delivery}}": "sum by (delivery) (increase(streams_alerts_total[1h]))"},
        ),
        Panel(
            "Alerts to be told in an hour", {"{{reason}}": "sum by (reason) (increase(streams_told_total[1h]))"}
        ),
        Panel(
            "Deliveries in an hour",
            {"{{channel}} {{outcome}}": "sum by (channel, outcome) (increase(streams_deliveries_total[1h]))"},
        ),
    ),
)

PROCESSES = Dashboard(
    "processes",
    "processes",
    (
        Panel("Memory", {"{{instance}}": of_processes("process_resident_memory_bytes")}, "bytes"),
        Panel(
            "Processor time",
            {"{{instance}}": f"rate({of_processes('process_cpu_seconds_total')}[$__rate_interval])"},
            "percentunit",
            "1 is one core. The processes of models are not in it.",
        ),
        Panel(
            "Files and connections",
            {"{{instance}}": f"{of_processes('process_open_fds')} / {of_processes('process_max_fds')}"},
            "percentunit",
        ),
        Panel("Age", {"{{instance}}": f"time() - {of_processes('process_start_time_seconds')}"}, "s"),
        Panel(
            "Texts a second and process of models",
            {
                "{{task}}": rate("streams_model_texts_total", "task")
                + " / "
                + rate("streams_model_seconds_total", "task")
            },
            "ops",
            "While they work.",
        ),
        Panel(
            "Processes of models at work",
            {"{{task}}": rate("streams_model_seconds_total", "task")},
            "none",
            "All processes of STREAMS_TAG_PROCESSES together; where it stays at their number, they are the limit.",
        ),
        Panel(
            "Records written to Elasticsearch",
            {"{{outcome}}": rate("streams_bulk_records_total", "outcome")},
            "ops",
            stacked=True,
        ),
        Panel(
            "Time to write a batch to Elasticsearch",
            {"half": slowest("streams_bulk_seconds", 0.5), "95 of 100": slowest("streams_bulk_seconds", 0.95)},
            "s",
        ),
        Panel("Entries of state tables", {"{{table}}": "sum by (table) (streams_table_entries)"}),
        Panel(
            "Entries of one partition, the largest",
            {"{{table}}": "max by (table) (streams_table_entries)"},
            about="Beyond seven million identities a day does not suffice to sweep them: docs/scaling.md.",
        ),
    ),
)

DASHBOARDS = (FLOW, FEEDS, NEWS, PROCESSES)
