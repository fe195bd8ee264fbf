from __future__ import annotations

import base64

import pytest

from streams.alerts.signing import key_of, signed
from streams.errors import SettingsError


def test_a_body_is_signed_as_the_specification_s_example_is() -> None:
    key = key_of("desk", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    headers = signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("what", ["id", "time", "body", "key"])
def test_whatever_is_changed_changes_the_signature(what: str) -> None:
    def signature(changed: str) -> str:
        key = b"x" * 32 if changed == "key" else b"k" * 32
        at = 2 if changed == "time" else 1
        body = b"{}" if changed == "body" else b"[]"
        return signed(key, "b" if changed == "id" else "a", at, body)["webhook-signature"]

    assert signature(what) != signature("")


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "t0ken", "whsec_t0ken!", base64.b64encode(b"k" * 32).decode(), "whsec_" + "QUJD" * 5],
)
def test_a_secret_that_is_none_is_refused_without_showing_it(secret: str) -> None:
    with pytest.raises(SettingsError, match="the secret of desk is not whsec_ and base64") as caught:
        key_of("desk", secret)

    assert len(secret) < 8 or secret not in str(caught.value)
