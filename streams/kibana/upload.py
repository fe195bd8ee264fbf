"""Importing the saved objects through Kibana's API (`POST /api/saved_objects/_import`)."""

from __future__ import annotations

import ssl

import aiohttp
import msgspec

from streams import codec
from streams.errors import ServiceError, SettingsError
from streams.index.elastic_client import authorization
from streams.kibana.objects import saved_objects, to_ndjson
from streams.settings import Settings

TIMEOUT_S = 60.0
MAX_SHOWN_CHARS = 300


class _Answer(msgspec.Struct):
    success: bool


async def import_objects(settings: Settings) -> list[str]:
    """Bring Kibana's objects up to date, over those that are there; returns a line that says so.

    Raises ServiceError when Kibana is away, SettingsError when it denies access or refuses an object.
    """
    objects = saved_objects(settings.index_prefix)
    form = aiohttp.FormData()
    form.add_field("file", to_ndjson(objects), filename="streams.ndjson", content_type="application/ndjson")
    status, answer = await _post(settings, form)
    if status >= 500 or status == 429:
        raise ServiceError(f"Kibana at {settings.kibana} cannot answer: {status} {_shown(answer)}")
    if status in (401, 403):
        raise SettingsError(
            f"Kibana at {settings.kibana} denies access ({status} {_shown(answer)}): check the credentials for "
            "Elasticsearch, which are also used for Kibana, and what they may do"
        )
    if status != 200 or not _succeeded(answer):
        raise SettingsError(
            f"Kibana at {settings.kibana} refuses the dashboards ({status} {_shown(answer)}): check STREAMS_KIBANA"
        )
    return [f"Kibana: {len(objects)} data views, searches, charts and dashboards imported"]


async def _post(settings: Settings, form: aiohttp.FormData) -> tuple[int, bytes]:
    address = f"{settings.kibana.rstrip('/')}/api/saved_objects/_import"
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=_headers(settings)) as session,
            session.post(
                address,
                params={"overwrite": "true"},
                data=form,
                ssl=_trusted(settings),
                allow_redirects=False,
            ) as response,
        ):
            return response.status, await response.read()
    except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError) as error:
        raise SettingsError(f"{settings.kibana} is not trusted ({error}): set STREAMS_ELASTICSEARCH_CA") from error
    except (TimeoutError, aiohttp.ClientError) as error:
        raise ServiceError(f"Kibana at {settings.kibana} is away: {error or 'no answer in time'}") from error


def _headers(settings: Settings) -> dict[str, str]:
    credentials = authorization(settings)
    return {"kbn-xsrf": "true"} | ({"Authorization": credentials} if credentials else {})


def _trusted(settings: Settings) -> ssl.SSLContext | bool:
    return ssl.create_default_context(cafile=settings.elasticsearch_ca) if settings.elasticsearch_ca else True


def _succeeded(answer: bytes) -> bool:
    """Whether every object was imported. A page that something else answers with does not say so."""
    try:
        return codec.decode_as(answer, _Answer).success
    except ValueError:
        return False


def _shown(answer: bytes) -> str:
    return answer[:MAX_SHOWN_CHARS].decode(errors="replace")
