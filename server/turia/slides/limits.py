"""How large slides may be; :mod:`turia.event.decks` says how many pages and bytes a file may have."""

from __future__ import annotations

from typing import Final

#: Pictures of each page, by the pixels of their longer side: for the big screen, and for lists and small windows.
SIDES: Final = (1_920, 640)
#: Text of one page; what follows is left out.
MOST_CHARS: Final = 8_000
#: Processor time for one page. An ordinary one takes about 0.3 s.
PAGE_CPU_S: Final = 20
#: Of a file of notes.
MOST_NOTES_BYTES: Final = 1024**2
