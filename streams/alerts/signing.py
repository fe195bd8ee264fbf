"""Signatures that let a webhook's receiver tell our deliveries from anybody's: https://www.standardwebhooks.com.

The headers `webhook-id`, `webhook-timestamp` and `webhook-signature` are those of that specification; receivers
have libraries for it in many languages. The secret is `whsec_` and base64 of 24 to 64 bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from streams.errors import SettingsError

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64


def key_of(channel: str, secret: str) -> bytes:
    """The key that a secret stands for. Raises SettingsError, which does not show it, for one that is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise SettingsError(
            f"STREAMS_CHANNEL_SECRETS: the secret of {channel} is not {PREFIX} and base64 of {LEAST_BYTES} to "
            f"{MOST_BYTES} bytes: make one with `echo {PREFIX}$(openssl rand -base64 32)`"
        )
    return key


def signed(key: bytes, message_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """The headers that sign a body sent at a time in seconds since 1970."""
    content = f"{message_id}.{at_s}.".encode() + body
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{signature}",
    }
