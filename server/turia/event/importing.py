"""Importing a programme: a file that was read waits, is looked at against the programme, and is taken in or not."""

from __future__ import annotations

from typing import Final

import msgspec

from turia.errors import Refused
from turia.event import edits
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Query, command, decided, query
from turia.event.differences import Merge, Missing, ProgrammePreview
from turia.event.edits import Edited, edit
from turia.event.entries import EVENT, delete, put
from turia.event.imported import EVENT_IMPORT, ImportedFile, Upload
from turia.event.programme import Programme
from turia.event.roles import Permission
from turia.event.state import State

#: Files of one person that wait.
_KEPT: Final = 3


class StageProgramme(Command, frozen=True):
    """A file that the server has read for somebody."""

    upload: Key
    by: Key
    file: ImportedFile


class PreviewProgramme(Query, frozen=True):
    """Asks what an import would do."""

    upload: Key
    missing: Missing = Missing.REMOVE


class ApplyProgramme(Command, frozen=True):
    """``version``: of the programme that the preview was made of; ``missing``: what becomes of sessions that are not
    in the file."""

    upload: Key
    version: int
    missing: Missing = Missing.REMOVE


class DropProgramme(Command, frozen=True):
    """A file that is not to be imported."""

    upload: Key


@command("programme.stage_import", permission=Permission.NOBODY)
def stage_import(state: State, given: StageProgramme, by: Actor, moment: Moment) -> Decision:
    """Keep a file that was read until its owner imports or drops it."""
    del by, moment
    own = [key for key, upload in state.all(EVENT_IMPORT, Upload).items() if upload.by == given.by]
    dropped = [delete(EVENT_IMPORT, Upload, key) for key in own[: max(0, len(own) - _KEPT + 1)]]
    return decided(*dropped, put(EVENT_IMPORT, given.upload, Upload(given.by, given.file)))


@query("programme.preview_import", permission=Permission.PROGRAMME_EDIT, answer=ProgrammePreview)
def preview_import(state: State, given: PreviewProgramme, by: Actor, moment: Moment) -> ProgrammePreview:
    """What an import would add, change and leave out, and what is wrong with the file."""
    upload = _upload(state, given.upload, by)
    merge = Merge(state, upload.file, given.missing, moment.new_id)
    try:
        warnings = edits.check(state, merge.changes)
    except Refused as refused:
        warnings = [f"It cannot be imported like this: {refused.message}"]
    return merge.preview(given.upload, warnings)


@command("programme.apply_import", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def apply_import(state: State, given: ApplyProgramme, by: Actor, moment: Moment) -> Decision:
    """Take a file into the programme, all of it or nothing; one undo takes it back."""
    upload = _upload(state, given.upload, by)
    now = state.get(EVENT, Programme, "programme") or Programme()
    if now.version != given.version:
        raise Refused("stale", "The programme was changed since you looked at the differences. Look at them again.")
    merge = Merge(state, upload.file, given.missing, moment.new_id)
    name = upload.file.name
    decision = edit(state, by, moment, f"Imported {name}", merge.changes, source=name)
    assert isinstance(decision.answer, Edited)
    answer = msgspec.structs.replace(decision.answer, warnings=(*merge.left, *decision.answer.warnings))
    return decided(*decision.changes, delete(EVENT_IMPORT, Upload, given.upload), answer=answer)


@command("programme.drop_import", permission=Permission.PROGRAMME_EDIT, answer=Answer)
def drop_import(state: State, given: DropProgramme, by: Actor, moment: Moment) -> Decision:
    """Forget a file that waits."""
    del moment
    _upload(state, given.upload, by)
    return decided(delete(EVENT_IMPORT, Upload, given.upload))


def _upload(state: State, key: str, by: Actor) -> Upload:
    upload = state.get(EVENT_IMPORT, Upload, key)
    if upload is None or upload.by != by.person:
        raise Refused("unknown_upload", "This file is not here any more. Choose it again.")
    return upload
