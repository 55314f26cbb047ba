"""A post that keeps letters, and fails when told to."""

from __future__ import annotations

import re
from email.message import EmailMessage

from turia.backbone.post import PostError
from turia.event.mail import Posted


class MemoryPost:
    """Implements :class:`turia.backbone.post.Post`. ``failing``: raised by every letter until set to None."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.failing: PostError | None = None
        self.attempts = 0

    async def send(self, key: str, message: EmailMessage) -> Posted:
        """See :class:`turia.backbone.post.Post`."""
        del key
        self.attempts += 1
        if self.failing is not None:
            raise self.failing
        self.letters.append(message)
        return Posted.SENT

    async def forget(self, key: str) -> None:
        """See :class:`turia.backbone.post.Post`."""
        self.letters = [each for each in self.letters if not str(each["Message-ID"]).startswith(f"<{key}@")]

    @property
    def last(self) -> str:
        """The text part of the last letter."""
        return text_of(self.letters[-1])

    @property
    def token(self) -> str:
        """The token of the link in it, "" if there is none."""
        found = re.search(r"/sign-in#([\w-]+)", self.last)
        return found[1] if found else ""

    @property
    def code(self) -> str:
        """The code in it, "" if there is none."""
        found = re.search(r"Code: ([A-Z0-9]{4}-[A-Z0-9]{4})", self.last)
        return found[1] if found else ""


def text_of(message: EmailMessage) -> str:
    """The text part of a letter."""
    part = message.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""
