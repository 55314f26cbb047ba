"""Every exception Turia raises on purpose.

::

    TuriaError                  code, sentence for a person, what to do
    ├── SettingsError           turia.toml or a TURIA_ variable is wrong
    ├── BundleError             a venue bundle or GLB is missing, broken or over its budget
    ├── StartError              the server cannot start (port taken, no certificate, ...)
    └── Refused                 a command of a client was refused; nothing changed
        └── ProtocolViolation   bytes that no correct client sends: the connection is closed
"""

from __future__ import annotations


class TuriaError(Exception):
    """Base of all; ``str(error)`` is one or two sentences that a person can act on.

    ``code`` is stable, lower-case, dotted or snake case, for programs.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class SettingsError(TuriaError):
    """A setting is unknown, of the wrong type or out of range."""

    code = "settings"


class BundleError(TuriaError):
    """A venue bundle or a GLB cannot be used; the message names the file and the node or key."""

    code = "bundle"


class StartError(TuriaError):
    """The server cannot start; the message says what to change."""

    code = "start"


class Refused(TuriaError):
    """A well-formed command that is not allowed now. ``retry`` says whether trying again may help."""

    code = "refused"

    def __init__(self, code: str, message: str, *, retry: bool = False) -> None:
        super().__init__(message, code=code)
        self.retry = retry


class ProtocolViolation(Refused):
    """Bytes that no correct client sends. ``close_code`` is one of :mod:`turia.protocol.close_codes`."""

    def __init__(self, code: str, message: str, *, close_code: int) -> None:
        super().__init__(code, message, retry=False)
        self.close_code = close_code
