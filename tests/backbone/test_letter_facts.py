"""What letters say of roles: what, and where."""

from __future__ import annotations

import pytest
from tests.event.rig import Event

from turia.backbone.letter_facts import facts_of
from turia.event.entries import EVENT, EVENT_STAFF, put
from turia.event.invitations import Invitation
from turia.event.mail import Mail, Template
from turia.event.programme import Room, Session
from turia.event.scopes import EVENT_SCOPE, Scope
from turia.testing.backbone import NOW


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (EVENT_SCOPE, "moderator"),
        (Scope(room="hall"), "moderator in the room “Hall”"),
        (Scope(room="hall", session="talk"), "moderator in “A talk”"),
        (Scope(session="gone"), "moderator"),
    ],
)
def test_an_invitation_says_where_its_role_is(scope: Scope, words: str) -> None:
    event = Event()
    event.put(
        put(EVENT, "hall", Room("Hall")),
        put(EVENT, "talk", Session("A talk", NOW, NOW + 3_600_000, room="hall")),
        put(EVENT_STAFF, "one", Invitation("mona@example.org", role="moderator", scope=scope)),
    )
    letter = Mail(person="", template=Template.INVITATION, details=(("invitation", "one"),))
    assert facts_of(event.state, letter, None).details["role"] == words
