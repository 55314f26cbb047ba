from __future__ import annotations

from turia.testing.media_plane_rig import MediaRig, piece


async def test_a_picture_goes_over_sockets_from_one_to_the_other() -> None:
    async with MediaRig() as rig:
        await rig.join("ana")
        await rig.join("ben")
        ana, ben = await rig.join_media("ana"), await rig.join_media("ben")
        asked = {"source": "camera", "media": "video", "codec": "vp8", "room": "hall", "session": "s-1"}
        track = (await rig.ask(ana, "publish", asked))["track"]
        following = await rig.ask(ben, "follow", {"rooms": ["hall"]})
        (info,) = following["rooms"][0]["tracks"]
        assert (info["person"], info["source"], info["slot"]) == ("ana", "camera", 0)
        assert await rig.ask(ben, "want", {"tracks": [[track, 3]]}, 2) == {"tracks": [track], "refused": []}
        sent = piece(track, payload=bytes(range(256)) * 4)
        ana.emit("m", sent)
        await rig.settle()
        await rig.media.flush()
        assert await ben.event("m") == sent
