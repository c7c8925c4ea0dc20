"""What goes wrong, as programs are told it: problem details by RFC 9457, each of a type whose address says what it means.

What comes in is a status and a sentence; what goes out is the answer. Pages say the same in words of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
ADDRESS = "/api/v1/problems"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One type of problem: what it means, and what whoever asked can do about it."""

    name: str
    status: int
    title: str
    means: str
    do: str


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """What went wrong, by RFC 9457. `type` is an address of this desk that documents the problem."""

    type: str
    title: str
    status: int
    detail: str


_SAME = "Ask again later with the same words; nothing was changed."
KINDS: Mapping[int, ProblemKind] = {
    kind.status: kind
    for kind in (
        ProblemKind(
            "bad-request", 400, "The request cannot be understood", "A part of it is not of the form that is documented.", "Mend it."
        ),
        ProblemKind(
            "not-signed-in",
            401,
            "Nobody is signed in",
            "The desk answers its users and their keys alone.",
            "Send a key: `Authorization: Bearer tq_…`, or sign in at /sign-in.",
        ),
        ProblemKind(
            "not-allowed",
            403,
            "This may not be done",
            "The user's role, the key's scopes or where the request comes from do not allow it.",
            "Ask an admin for a role or a key that does.",
        ),
        ProblemKind("not-found", 404, "There is no such thing", "The ledger has nothing of this name or address.", "Look the name up."),
        ProblemKind(
            "method-not-allowed", 405, "This address is not asked so", "`Allow` names the methods that it takes.", "Use one of them."
        ),
        ProblemKind(
            "conflict",
            409,
            "It cannot be done as things stand",
            "What is asked for is so already, or another is doing it.",
            "Read how things stand, and decide anew.",
        ),
        ProblemKind(
            "changed-meanwhile",
            412,
            "It changed meanwhile",
            "`If-Match` names another state than the present one.",
            "Read it again, and decide on what it is now.",
        ),
        ProblemKind("too-large", 413, "It is too large", "The body is larger than the desk's limit.", "Send it in parts."),
        ProblemKind(
            "unknown-media-type", 415, "This kind of body is not taken", "The content type is none that is documented.", "Send JSON."
        ),
        ProblemKind(
            "wrong-host",
            421,
            "The desk has another name",
            "The request names a host that is not the desk's.",
            "Ask under the desk's own name.",
        ),
        ProblemKind(
            "not-understood",
            422,
            "The values cannot be used",
            "The form is right, but a value means nothing here.",
            "`detail` names the value, and what there is.",
        ),
        ProblemKind(
            "too-many-requests",
            429,
            "Too many requests",
            "More was asked than the desk's limit, or more waits to be read than it takes on.",
            "Wait the seconds of `Retry-After`.",
        ),
        ProblemKind(
            "failed",
            500,
            "Something failed here",
            "It is a fault of the program; its log has it under the mark in `detail`.",
            "Tell the desk.",
        ),
        ProblemKind(
            "not-now", 503, "The desk cannot do it now", "The ledger, the vault or the disk does not allow it at the moment.", _SAME
        ),
    )
}


class Problem(Exception):
    """What is asked for is not done: a status of `KINDS` and one sentence."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


def problem_answer(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that tells a program what went wrong."""
    kind = KINDS.get(status, KINDS[400] if status < 500 else KINDS[500])
    told = ProblemDetails(f"{ADDRESS}/{kind.name}", kind.title, status, " ".join(detail.split()))
    more = {"www-authenticate": 'Bearer realm="tahqiq"'} if status == 401 else {}
    return Response(msgspec.json.encode(told), status, {**more, **(headers or {})}, MEDIA_TYPE)
