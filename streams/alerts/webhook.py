"""A webhook: deliveries as JSON over HTTPS, signed where a secret is set.

Its address is a secret, often the only one, and is never shown: messages name the channel.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import aiohttp
from yarl import URL

from streams import codec
from streams.alerts.signing import signed
from streams.errors import AddressRefusedError, RecordError, ServiceError
from streams.feeds.fetch import retry_after_s
from streams.records import Delivery

TRY_LATER = frozenset({408, 429})
JSON, TEXT = "application/json", "text/plain; charset=utf-8"


class WebhookChannel:
    """POSTs each delivery by itself, with its key as `Idempotency-Key`; only a 2xx answer counts as made.

    `words` makes another body than the delivery's own JSON, of that content type.
    """

    joins = False

    def __init__(
        self,
        name: str,
        url: URL,
        session: aiohttp.ClientSession,
        *,
        key: bytes | None = None,
        words: Callable[[Sequence[Delivery]], str] | None = None,
        content_type: str = JSON,
    ) -> None:
        self._name, self._url, self._session = name, url, session
        self._key, self._words, self._content_type = key, words, content_type

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """Post. Raises ServiceError for no answer, 408, 429 and 5xx, RecordError for any other refusal."""
        for delivery in deliveries:
            await self._post(delivery)

    async def _post(self, delivery: Delivery) -> None:
        body = self._words([delivery]).encode() if self._words else codec.encode(delivery)
        headers = {"Content-Type": self._content_type, "Idempotency-Key": delivery.key}
        if self._key is not None:
            headers |= signed(self._key, delivery.key, int(time.time()), body)
        # Causes are left out of the errors (`from None`): they quote the address.
        try:
            async with self._session.post(
                self._url, data=body, headers=headers, allow_redirects=False
            ) as response:
                # The answer's body is of no interest: unread, it is dropped with the connection.
                self._judge(response)
        except AddressRefusedError as error:
            raise RecordError(f"channel {self._name}: {error}") from None
        except (aiohttp.ClientError, OSError) as error:
            raise ServiceError(f"channel {self._name}: no answer ({type(error).__name__})") from None

    def _judge(self, response: aiohttp.ClientResponse) -> None:
        status = response.status
        if 200 <= status < 300:
            return
        said = f"channel {self._name}: the webhook answered {status}"
        if status in TRY_LATER or status >= 500:
            raise ServiceError(said, retry_after_s(response.headers))
        raise RecordError(f"{said}: mend its address in STREAMS_CHANNELS")
