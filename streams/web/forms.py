"""What people send with a form, from a page that we gave them."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from streams.web.site import visitor_of

FIELD = "form"
"""The hidden field that says that the form is ours."""

ENCODED = "application/x-www-form-urlencoded"
MOST_FIELDS = 50


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form, blanks around them gone.

    Refuses one that was not made for who sends it; a program that shows its token needs no such field.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != ENCODED:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"a form is sent as {ENCODED}")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        given = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"a form has at most {MOST_FIELDS} fields") from error
    visitor, shown = visitor_of(request), given.pop(FIELD, "")
    if visitor.how != "bearer" and not hmac.compare_digest(shown.encode(), visitor.form_token.encode()):
        raise HTTPException(
            HTTPStatus.FORBIDDEN, "the form is too old or was not made for you: load its page again"
        )
    return {name: value.strip() for name, value in given.items()}


OurForm = Annotated[Mapping[str, str], Depends(form_of)]
