"""What somebody is to be told of, as Prometheus' alert rules; each has a page in docs/operations/alarms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import yaml

JOB = "streams"
"""The name under which Prometheus scrapes all processes."""
DOCS = "docs/operations/alarms"
"""Where the pages are, in this repository; `--docs` gives where they can be read."""


@dataclass(frozen=True)
class Alarm:
    """`expression` is PromQL and must hold for `minutes`. `critical`: news or alerts do not get through;
    `warning`: they will not, unless somebody acts; `info`: worth a look on a working day.
    """

    name: str
    expression: str
    minutes: int
    severity: Literal["critical", "warning", "info"]
    summary: str

    @property
    def page(self) -> str:
        """The name of its page: that of the alarm in small letters."""
        words: list[str] = re.findall("[A-Z][a-z]+", self.name.removeprefix("Streams"))
        return "-".join(words).lower() + ".md"

    def rule(self, docs: str) -> dict[str, object]:
        """As Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": f"{self.minutes}m",
            "labels": {"severity": self.severity},
            "annotations": {"summary": self.summary, "runbook_url": f"{docs}/{self.page}"},
        }


def _late(metric: str, seconds: int) -> str:
    """The slowest twentieth of the last quarter of an hour took longer than that."""
    return f"histogram_quantile(0.95, sum by (le) (rate({metric}_bucket[15m]))) > {seconds}"


_LAG = "sum by (stage) (streams_lag_records{})"
_REFUSED = 'streams_deliveries_total{outcome="refused"}'
_TRIES = 'sum by (channel) (increase(streams_deliveries_total{{outcome="{}"}}[15m])) > 0'
_SPEED = (
    'sum(rate(streams_model_texts_total{task="entities"}[15m]))'
    ' / sum(rate(streams_model_seconds_total{task="entities"}[15m])) < 10'
)

ALARMS = (
    Alarm(
        "StreamsProcessDown",
        f'up{{job="{JOB}"}} == 0',
        5,
        "critical",
        "{{ $labels.instance }} does not answer",
    ),
    Alarm(
        "StreamsProcessRestarts",
        f'changes(process_start_time_seconds{{job="{JOB}"}}[30m]) > 2',
        0,
        "warning",
        "{{ $labels.instance }} has started again and again",
    ),
    Alarm(
        "StreamsFileDescriptors",
        f'process_open_fds{{job="{JOB}"}} / process_max_fds{{job="{JOB}"}} > 0.8',
        10,
        "warning",
        "{{ $labels.instance }} has opened nearly as many files and connections as it may",
    ),
    Alarm(
        "StreamsDeadLetters",
        "sum by (stage) (increase(streams_dead_letters_total[1h])) > 0",
        0,
        "warning",
        "{{ $labels.stage }} has put records aside",
    ),
    Alarm(
        "StreamsLagRises",
        f"{_LAG.format('')} > 1000 and {_LAG.format('')} > {_LAG.format(' offset 15m')}",
        15,
        "warning",
        "{{ $labels.stage }} does less than what comes in",
    ),
    Alarm(
        "StreamsServiceAway",
        "sum by (stage) (rate(streams_service_waits_total[5m])) > 0",
        5,
        "critical",
        "{{ $labels.stage }} waits for Kafka or Elasticsearch",
    ),
    Alarm(
        "StreamsNewsLate",
        _late("streams_fetch_to_searchable_seconds", 60),
        15,
        "warning",
        "news are found more than a minute after they were fetched",
    ),
    Alarm(
        "StreamsNothingRead",
        "sum(increase(streams_items_read_total[3h])) == 0 and sum(streams_feeds) > 0",
        30,
        "warning",
        "no feed has brought anything for three hours",
    ),
    Alarm(
        "StreamsNetworkAway",
        "max by (instance) (streams_network_away) == 1",
        5,
        "critical",
        "no host at all answers the reader on {{ $labels.instance }}",
    ),
    Alarm(
        "StreamsFeedsFail",
        'sum(streams_feeds{state="failing"}) / sum(streams_feeds) > 0.25',
        60,
        "warning",
        "more than a quarter of all feeds fail",
    ),
    Alarm(
        "StreamsHostFails",
        'max by (host) (streams_host_feeds_failing{host!="others"}) >= 5',
        120,
        "info",
        "many feeds of {{ $labels.host }} fail",
    ),
    Alarm(
        "StreamsDeliveriesRefused",
        # A counter that begins with its first refusal has not increased yet: it was not there an hour ago.
        f"sum by (channel) (increase({_REFUSED}[1h])) > 0"
        f" or sum by (channel) ({_REFUSED} unless {_REFUSED} offset 1h) > 0",
        0,
        "critical",
        "the channel {{ $labels.channel }} has refused alerts for good",
    ),
    Alarm(
        "StreamsDeliveriesWait",
        f"{_TRIES.format('put_off')} unless on (channel) {_TRIES.format('made')}",
        10,
        "critical",
        "the channel {{ $labels.channel }} takes no alerts",
    ),
    Alarm(
        "StreamsBulkSlow",
        _late("streams_bulk_seconds", 10),
        15,
        "warning",
        "Elasticsearch takes more than ten seconds to write a batch",
    ),
    Alarm(
        "StreamsModelSlow",
        f'{_SPEED} and sum(streams_lag_records{{stage="tag"}}) > 100',
        30,
        "warning",
        "a process of models does fewer than ten articles a second, and articles wait",
    ),
)


def rules(docs: str = DOCS) -> str:
    """The file of alert rules, with pages under `docs`."""
    groups = [{"name": "streams", "rules": [alarm.rule(docs) for alarm in ALARMS]}]
    return yaml.safe_dump({"groups": groups}, sort_keys=False, width=110)
