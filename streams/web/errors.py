"""What goes wrong with a request, as an answer: a page for people, JSON for programs."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.responses import Response

from streams.errors import NotFoundError, QueryError, ServiceError, UsageError
from streams.web.openapi import as_json
from streams.web.security import HEADERS
from streams.web.site import site_of

RETRY_AFTER_S = 5
SHOWN_CHARS = 200
TITLES = {
    400: "That did not work",
    401: "Not without a token",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    413: "Too large",
    429: "Too many requests",
    503: "Not available just now",
}


class Failure(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why the API refused: `parameter` names what is wrong, `position` counts characters of the query from 0."""

    error: str
    parameter: str | None = None
    position: int | None = None


def install(app: FastAPI) -> None:
    """Answer every error of the application in the house's style."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(QueryError, _wrong_query)
    app.add_exception_handler(NotFoundError, _not_found)
    app.add_exception_handler(UsageError, _misused)
    app.add_exception_handler(ServiceError, _away)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _crashed)


def answer(request: Request, status: int, failure: Failure) -> Response:
    """The failure in the form in which it was asked for."""
    if request.scope["path"].startswith("/api/"):
        return as_json(failure, status)
    title = TITLES.get(status, "Something is wrong")
    return site_of(request).templates.page("error.html", status, title=title, failure=failure)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problem = error.errors()[0]
    if problem["type"] == "json_invalid":
        reason, at = problem["ctx"]["error"], problem["loc"][-1]
        return answer(request, 400, Failure(error=f"the body is no JSON: {reason}, at character {at}"))
    place = problem["loc"][-1] if len(problem["loc"]) > 1 else None
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        message = "there is no such parameter (/api lists them)"
    failure = Failure(error=f"{place}: {message}" if place else message, parameter=str(place) if place else None)
    return answer(request, 400, failure)


async def _wrong_query(request: Request, error: Exception) -> Response:
    assert isinstance(error, QueryError)
    return answer(request, 400, Failure(error=str(error), parameter="q", position=error.position))


async def _misused(request: Request, error: Exception) -> Response:
    return answer(request, 400, Failure(error=str(error)))


async def _not_found(request: Request, error: Exception) -> Response:
    return answer(request, 404, Failure(error=str(error)))


async def _away(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    told = answer(request, 503, Failure(error=str(error)))
    told.headers["Retry-After"] = str(round(error.retry_after_s or RETRY_AFTER_S))
    return told


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    asked = f"{request.method} {request.url.path[:SHOWN_CHARS]}"
    told = answer(request, error.status_code, Failure(error=f"{error.detail}: {asked}"))
    told.headers.update(error.headers or {})
    return told


async def _crashed(request: Request, error: Exception) -> Response:
    told = answer(request, 500, Failure(error="An error on our side; the log has the details."))
    # This answer is made outside of the middleware that sets the headers of all others.
    told.headers.update(HEADERS)
    return told
