"""What a watcher of the installation sees: a request's number in the logs, and metrics."""

from __future__ import annotations

import hmac
import re
import shutil
import time
from uuid import uuid4

import structlog
from flask import Blueprint, Flask, abort, g, make_response, request
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from werkzeug.wrappers import Response

from app.queries.jobs import measure_jobs
from app.web import counted
from app.web.context import installation, now, reading
from app.web.guard import public

blueprint = Blueprint("measure", __name__)
log = structlog.get_logger()
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def watch(app: Flask) -> None:
    """Number, time and count every request; one line of the log each, without its address.

    The address can hold ids that tell who looks at what: the endpoint's name does not. The line
    names the person by his random id, and says why he was refused where he was.
    """
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    if "began" not in g or endpoint.endswith("static"):
        return response
    took = time.perf_counter() - g.began
    counted.REQUESTS.labels(endpoint, request.method, str(response.status_code)).inc()
    counted.SECONDS.labels(endpoint).observe(took)
    response.headers["X-Request-ID"] = g.request_id
    log.info(
        "request",
        endpoint=endpoint,
        method=request.method,
        status=response.status_code,
        ms=round(took * 1000, 1),
        **({"refused": g.refused} if "refused" in g else {}),
    )
    return response


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Counters for Prometheus, for whoever shows the installation's token; 404 without one."""
    token = installation().settings.metrics_token
    shown = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        abort(404)
    with reading() as session:
        measured = measure_jobs(session, at=now())
    disk = shutil.disk_usage(installation().settings.data_dir)
    answer = make_response(counted.told(measured, free_bytes=disk.free, total_bytes=disk.total))
    answer.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return answer
