"""The states of a registration: one table. Pure.

submitted -> acknowledged (the address is proved) -> approved or declined, or waiting while the event is full ->
confirmed (he came back with the link or code of the letter) -> checked in (he entered the venue). Withdrawn people may
register again.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from turia.errors import Refused
from turia.event.people import Status

S = Status


class Act(StrEnum):
    """What moves a registration."""

    PROVE = "prove"
    APPROVE = "approve"
    #: Approved, but the event is full.
    QUEUE = "queue"
    DECLINE = "decline"
    CONFIRM = "confirm"
    CHECK_IN = "check_in"
    WITHDRAW = "withdraw"
    REGISTER_AGAIN = "register_again"


A = Act

MOVES: Final[dict[Status, dict[Act, Status]]] = {
    S.SUBMITTED: {
        A.PROVE: S.ACKNOWLEDGED,
        A.APPROVE: S.APPROVED,
        A.QUEUE: S.WAITING,
        A.DECLINE: S.DECLINED,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.ACKNOWLEDGED: {
        A.APPROVE: S.APPROVED,
        A.QUEUE: S.WAITING,
        A.DECLINE: S.DECLINED,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.WAITING: {A.APPROVE: S.APPROVED, A.DECLINE: S.DECLINED, A.WITHDRAW: S.WITHDRAWN},
    S.APPROVED: {A.CONFIRM: S.CONFIRMED, A.CHECK_IN: S.CHECKED_IN, A.DECLINE: S.DECLINED, A.WITHDRAW: S.WITHDRAWN},
    S.CONFIRMED: {A.CHECK_IN: S.CHECKED_IN, A.DECLINE: S.DECLINED, A.WITHDRAW: S.WITHDRAWN},
    S.CHECKED_IN: {A.DECLINE: S.DECLINED, A.WITHDRAW: S.WITHDRAWN},
    S.DECLINED: {A.APPROVE: S.APPROVED, A.QUEUE: S.WAITING, A.WITHDRAW: S.WITHDRAWN},
    S.WITHDRAWN: {A.REGISTER_AGAIN: S.SUBMITTED},
}

#: What people read.
STATUS_TITLES: Final[dict[Status, str]] = {
    S.SUBMITTED: "Submitted: the address is not proved yet",
    S.ACKNOWLEDGED: "Acknowledged: waits for a decision",
    S.APPROVED: "Approved",
    S.DECLINED: "Declined",
    S.WAITING: "On the waiting list",
    S.CONFIRMED: "Confirmed",
    S.CHECKED_IN: "Checked in",
    S.WITHDRAWN: "Withdrawn",
}


def can(status: Status, act: Act) -> bool:
    """Whether the table has this move."""
    return act in MOVES[status]


def after(status: Status, act: Act) -> Status:
    """Where a move leads; raises Refused (``wrong_status``) if there is no such move."""
    if not can(status, act):
        raise Refused(
            "wrong_status", f"This registration is {_said(status)}, so one cannot {act.value.replace('_', ' ')} it."
        )
    return MOVES[status][act]


def _said(status: Status) -> str:
    return status.value.replace("_", " ")
