"""What guests may call themselves: the rules of :mod:`turia.event.names`, which registrations follow as well."""

from __future__ import annotations

from turia.event.names import affiliation, clean_line, person_name

__all__ = ["affiliation", "clean_line", "person_name"]
