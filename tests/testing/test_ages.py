import numpy as np

from turia.protocol import frames
from turia.testing.ages import OLDEST_S, AgeBook

WALKING = np.ones(3, dtype=bool)
XZ = np.array([[0, 0], [1, 0], [2, 0]], dtype=np.float32)


def pose(book: AgeBook, bot: int, x: int, now: float) -> None:
    poses = np.zeros(1, frames.POSE)
    poses["x"] = x
    book.sent(np.array([bot]), poses, now)


def snapshot(**x_of_slot: int) -> memoryview:
    head, updates = np.zeros(1, frames.SNAPSHOT_HEAD), np.zeros(len(x_of_slot), frames.UPDATE)
    head["updates"] = len(x_of_slot)
    updates["slot"], updates["x"] = [int(s[1:]) for s in x_of_slot], list(x_of_slot.values())
    return memoryview(head.tobytes() + updates.tobytes())


def book_of_three() -> AgeBook:
    book = AgeBook(3)
    book.bot_of_slot[[10, 11, 12]] = [0, 1, 2]
    return book


def test_an_update_is_as_old_as_its_pose() -> None:
    book = book_of_three()
    pose(book, 1, 111, 5.00)
    pose(book, 1, 112, 5.07)
    book.received(0, snapshot(s11=111), WALKING, XZ, 5.10)
    assert np.allclose(book.samples[0], [0.10])


def test_a_neighbour_left_out_grows_old() -> None:
    book = book_of_three()
    pose(book, 1, 111, 5.00)
    book.received(0, snapshot(s11=111), WALKING, XZ, 5.05)
    pose(book, 1, 112, 5.10)
    pose(book, 1, 113, 5.20)
    book.received(0, snapshot(), WALKING, XZ, 5.30)
    assert np.allclose(book.samples[1], [0.20]), "from the first pose that was not told"


def test_nothing_new_is_not_counted() -> None:
    book = book_of_three()
    pose(book, 1, 111, 5.00)
    book.received(0, snapshot(s11=111), WALKING, XZ, 5.05)
    book.received(0, snapshot(), WALKING, XZ, 9.00)
    assert len(book.samples[1]) == 0


def test_a_neighbour_never_told_ages_from_when_it_came_near() -> None:
    book = book_of_three()
    pose(book, 2, 7, 1.0)
    book.received(0, snapshot(), WALKING, XZ, 2.5)
    assert np.allclose(book.samples[0], [0.0])
    book.received(0, snapshot(), WALKING, XZ, 4.0)
    assert np.allclose(book.samples[1], [1.5])
    for k in range(100):
        pose(book, 2, k, 4.5 + k / 15)
    book.received(0, snapshot(), WALKING, XZ, 12.0)
    assert np.allclose(book.samples[2], [OLDEST_S])


def test_who_was_far_for_a_while_ages_anew() -> None:
    book = AgeBook(3, near=1)
    book.bot_of_slot[[10, 11, 12]] = [0, 1, 2]
    pose(book, 2, 7, 1.0)
    near_by_turns = np.array([[0, 0], [1, 0], [0.5, 0]], dtype=np.float32)
    book.received(0, snapshot(), WALKING, near_by_turns, 2.0)
    book.received(0, snapshot(), WALKING, XZ, 3.0)
    book.received(0, snapshot(), WALKING, near_by_turns, 4.0)
    book.received(0, snapshot(), WALKING, near_by_turns, 4.5)
    assert np.allclose(book.samples[3], [0.5])


def test_summary_of_nothing_says_so() -> None:
    assert book_of_three().summary()["age_samples"] == 0
