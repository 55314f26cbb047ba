"""Why a connection ends, and whether to come back. The range tells a client without a table.

=========  ==================================================================
range      what the client does
=========  ==================================================================
4000-4099  come back at once (with jitter), with the resume ticket
4100-4199  come back later: after ``retry_after`` seconds
4200-4299  stop: coming back by itself is of no use; tell the person why
=========  ==================================================================

The code travels as the event ``closing {code, reason, message, retry_after}`` before the transport closes (stock
Socket.IO clients do not see WebSocket close codes), after an abort in the answer to the next connect.
"""

from __future__ import annotations

from enum import IntEnum


class CloseCode(IntEnum):
    """One reason each; the docstring of the module explains the ranges."""

    # come back
    SERVER_RESTART = 4000
    SLOW_CONSUMER = 4001
    PING_TIMEOUT = 4002
    INTERNAL = 4003
    TOKEN_EXPIRED = 4004
    # come back later
    FULL = 4100
    TOO_MANY_REFUSED = 4101
    OVERLOADED = 4102
    TOO_MANY_CONNECTIONS = 4103
    NOT_INSIDE = 4104
    #: A busy machine or a slow line takes its time.
    JOIN_TIMEOUT = 4105
    # stop
    MALFORMED = 4200
    TOO_LARGE = 4201
    UNKNOWN_EVENT = 4202
    BINARY_ATTACHMENT = 4203
    REPLACED = 4204
    NOT_SIGNED_IN = 4205
    WRONG_PROTOCOL = 4206
    TOO_MANY_COMPANIONS = 4208
    WRONG_ORIGIN = 4209
    LEFT = 4210
    NOT_ADMITTED = 4211


#: The sentence a person sees.
SENTENCES: dict[CloseCode, str] = {
    CloseCode.SERVER_RESTART: "The venue is restarting. You will be back in your place in a moment.",
    CloseCode.SLOW_CONSUMER: "Your connection could not keep up. Reconnecting with less detail.",
    CloseCode.PING_TIMEOUT: "The venue did not hear from you for a while. Reconnecting.",
    CloseCode.INTERNAL: "Something went wrong in the venue. Reconnecting.",
    CloseCode.TOKEN_EXPIRED: "Your pass is out of date. Getting a new one.",
    CloseCode.FULL: "The venue is full at the moment. You will be let in when there is room.",
    CloseCode.TOO_MANY_REFUSED: "Too many requests were refused. Please wait a moment.",
    CloseCode.OVERLOADED: "Many people are arriving. You will be let in within seconds.",
    CloseCode.TOO_MANY_CONNECTIONS: "Too many connections from your address. Please wait a moment.",
    CloseCode.NOT_INSIDE: "You are not in the venue. Sound and pictures come back when you are inside again.",
    CloseCode.JOIN_TIMEOUT: "Entering took too long. It is tried again.",
    CloseCode.MALFORMED: "The venue received data it cannot read. Reload the page.",
    CloseCode.TOO_LARGE: "The venue received a message that is too large. Reload the page.",
    CloseCode.UNKNOWN_EVENT: "The venue received a message it does not know. Reload the page.",
    CloseCode.BINARY_ATTACHMENT: "The venue received data it cannot read. Reload the page.",
    CloseCode.REPLACED: "You entered again in another tab or on another device. This one was disconnected.",
    CloseCode.NOT_SIGNED_IN: "You are not signed in. Enter again.",
    CloseCode.WRONG_PROTOCOL: "The venue was updated. Reload the page.",
    CloseCode.TOO_MANY_COMPANIONS: "You already have two companion devices connected. Close one of them first.",
    CloseCode.WRONG_ORIGIN: "This page may not connect to this venue.",
    CloseCode.LEFT: "You left the venue.",
    CloseCode.NOT_ADMITTED: "You may not be in the venue at the moment. The page of your registration says why.",
}


def comes_back(code: int) -> bool:
    """Whether a client tries again by itself."""
    return 4000 <= code < 4200
