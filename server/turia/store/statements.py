"""The statements of a commit, built once: building one anew costs more than SQLite takes to execute it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, bindparam, delete, func, select, update

from turia.store.database import Insert
from turia.store.tables import ANSWERS, ENTRIES, META, STREAMS, THINGS

EPOCH: Final = select(META.c.value).where(META.c.name == "epoch")
#: On PostgreSQL this row is the lock by which one transaction waits for all commits that are under way.
EPOCH_SHARED: Final = EPOCH.with_for_update(read=True)
EPOCH_ALONE: Final = EPOCH.with_for_update()

_THESE_STREAMS: Final = STREAMS.c.stream.in_(bindparam("these", expanding=True))
#: Locked in one order, so that nobody deadlocks.
TOPS: Final = select(STREAMS).where(_THESE_STREAMS).order_by(STREAMS.c.stream).with_for_update()
#: Both at once, where nobody else can write meanwhile. One row at least, with stream None where there is no such one.
EPOCH_AND_TOPS: Final = (
    select(META.c.value, STREAMS.c.stream, STREAMS.c.top)
    .select_from(META.outerjoin(STREAMS, _THESE_STREAMS))
    .where(META.c.name == "epoch")
)
HEIGHT: Final = select(func.coalesce(func.sum(STREAMS.c.top), 0))
MOVE_TOP: Final = update(STREAMS).where(STREAMS.c.stream == bindparam("of")).values(top=bindparam("to"))

DELETE_THING: Final = delete(THINGS).where(
    and_(
        THINGS.c.stream == bindparam("in_stream"),
        THINGS.c.kind == bindparam("of_kind"),
        THINGS.c.key == bindparam("of_key"),
    )
)
THESE_ANSWERS: Final = select(ANSWERS.c.actor, ANSWERS.c.mid, ANSWERS.c.answer).where(
    ANSWERS.c.mid.in_(bindparam("mids", expanding=True))
)


class Inserts:
    """Those that are another statement for each kind of database."""

    def __init__(self, insert: Insert) -> None:
        self.top = insert(STREAMS)
        self.entry = insert(ENTRIES)
        self.answer = insert(ANSWERS)
        put = insert(THINGS)
        changed = {name: put.excluded[name] for name in ("offset", "at", "actor", "value")}
        #: A thing that is new, or what it is now; it stays as old as it was.
        self.thing = put.on_conflict_do_update(index_elements=["stream", "kind", "key"], set_=changed)
