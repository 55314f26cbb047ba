"""Letters to people: decided by commands, sent by the mailer, which adds links and codes that no stream ever holds."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from turia.event.entries import Value


class Template(StrEnum):
    """What a letter is about; its text is made when it is sent."""

    #: Prove the address: link and code.
    CONFIRM = "confirm"
    APPROVED = "approved"
    DECLINED = "declined"
    WAITING = "waiting"
    #: He gave up his registration, and how to come back.
    WITHDRAWN = "withdrawn"
    #: A new link and code, asked for by the person or given by the staff.
    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    REMINDER = "reminder"
    CHANGE = "change"
    TEST = "test"


class Posted(StrEnum):
    """What became of a letter."""

    QUEUED = "queued"
    SENT = "sent"
    #: No SMTP server is set: it lies in the folder ``mail`` of the data.
    FILED = "filed"
    FAILED = "failed"


class Mail(Value, frozen=True):
    """One letter. Stream EVENT_MAIL, key: any id. ``person``: who gets it (his address is in his registration)."""

    kind: ClassVar[str] = "mail"
    recent: ClassVar[int | None] = 100
    person: str
    template: Template
    #: More for the text, as (name, text): ``note``, ``session``, ...
    details: tuple[tuple[str, str], ...] = ()
    posted: Posted = Posted.QUEUED
    attempts: int = 0
    error: str = ""
    #: Only where it does not go to a registration: invitations, tests.
    address: str = ""
