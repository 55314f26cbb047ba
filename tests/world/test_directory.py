from __future__ import annotations

from turia.world.directory import Directory


def filled() -> Directory:
    directory = Directory()
    for slot, (name, affiliation) in enumerate(
        [("Émile", "City of Valencia"), ("anna", "ITU"), ("Anna Straße", "University"), ("ZOE", "itu")]
    ):
        directory.put(slot, name, affiliation)
    return directory


def test_names_are_in_order_whatever_their_case_and_accents() -> None:
    assert filled().find("") == [1, 2, 0, 3]


def test_accents_are_found_without_them_and_with_them() -> None:
    directory = Directory()
    directory.put(0, "Zoë Müller", "Ajuntament de València")
    for query in ("zoe", "ZOË", "muller", "valencia", "València zoe"):
        assert directory.find(query) == [0], query


def test_numbers_stand_in_order_of_their_size() -> None:
    directory = Directory()
    for slot, name in enumerate(("Demo guest 10", "Demo guest 9", "Demo guest 1")):
        directory.put(slot, name, "")
    assert directory.find("guest") == [2, 1, 0]


def test_every_word_must_be_found_in_name_or_affiliation() -> None:
    directory = filled()
    assert directory.find("ITU") == [1, 3]
    assert directory.find("  itu   zo ") == [3]
    assert directory.find("STRASSE") == [2]
    assert directory.find("anna valencia") == []


def test_changes_and_departures_are_seen() -> None:
    directory = filled()
    directory.put(0, "Aaron", "City of Valencia")
    directory.remove(1)
    directory.remove(1)
    assert directory.find("") == [0, 2, 3]


def test_equal_names_stand_in_a_stable_order() -> None:
    directory = Directory()
    for slot in (5, 3, 4):
        directory.put(slot, "Same", "")
    assert directory.find("same") == [3, 4, 5]


def test_the_very_name_comes_first_then_what_begins_so() -> None:
    directory = Directory()
    names = ("Ben Anders", "Susanna Berg", "Anna Lee", "Anna", "Carla")
    for slot, name in enumerate(names):
        directory.put(slot, name, "Anna Institute" if name == "Carla" else "")
    assert [names[slot] for slot in directory.find("anna")] == ["Anna", "Anna Lee", "Susanna Berg", "Carla"]
    assert [names[slot] for slot in directory.find("lee anna")] == ["Anna Lee"]
