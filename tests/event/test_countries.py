"""Countries, their membership, and the rules of the categories."""

from __future__ import annotations

import datetime

import pytest

from turia.errors import Refused
from turia.event import itu_membership
from turia.event.categories import CATEGORIES, Category, belonging
from turia.event.countries import countries, country_name, find_country, has_member, member_states


def test_every_country_of_iso_is_a_member_or_a_territory_or_neither() -> None:
    parts = [itu_membership.MEMBERS, set(itu_membership.TERRITORIES), itu_membership.NEITHER]
    assert set().union(*parts) == countries().keys()
    assert sum(map(len, parts)) == len(countries())
    assert set(itu_membership.TERRITORIES.values()) <= itu_membership.MEMBERS


def test_the_list_of_members_has_a_source_and_a_date() -> None:
    assert len(member_states()) == 194
    assert "ITU" in itu_membership.SOURCE
    assert datetime.date.fromisoformat(itu_membership.DATED) <= datetime.date(2025, 11, 3)


def test_the_state_of_palestine_is_called_so_and_is_no_member_state() -> None:
    assert country_name("PS") == "State of Palestine"
    assert "PS" not in {country.code for country in member_states()}
    assert countries()["PS"].name == "State of Palestine"
    assert not countries()["PS"].member


@pytest.mark.parametrize("country", ["", "PS", "ps", " PS "])
def test_the_state_of_palestine_takes_part_under_resolution_99(country: str) -> None:
    given = belonging("state_of_palestine_res99", country, contribute=False)
    assert (given.category, given.country) == ("state_of_palestine_res99", "PS")


def test_nobody_from_there_is_refused_by_the_list_of_countries() -> None:
    for category in CATEGORIES:
        given = belonging(category, "PS", contribute=True)
        assert given.country == "PS"
        assert given.category != Category.MEMBER_STATE
    assert belonging("member_state", "PS", contribute=False).category == Category.STATE_OF_PALESTINE


@pytest.mark.parametrize("country", ["ES", "es", "VA", "PW", "CH"])
def test_individuals_from_member_countries_who_wish_to_contribute(country: str) -> None:
    assert belonging("individual", country, contribute=True).country == country.upper()


@pytest.mark.parametrize("country", ["GL", "PR", "HK", "TW"])
def test_people_of_territories_come_from_the_member_that_is_responsible(country: str) -> None:
    assert has_member(country)
    assert belonging("individual", country, contribute=True).country == country
    assert _code("member_state", country) == "not_a_member"


@pytest.mark.parametrize(
    ("category", "country", "contribute", "code"),
    [
        ("", "ES", True, "category_unknown"),
        ("speaker", "ES", True, "category_unknown"),
        ("individual", "", True, "country_needed"),
        ("member_state", "", True, "country_needed"),
        ("individual", "XX", True, "country_unknown"),
        ("individual", "Spain", True, "country_unknown"),
        ("academia", "ZZ", True, "country_unknown"),
        ("individual", "AQ", True, "not_a_member"),
        ("individual", "ES", False, "contribute_needed"),
        ("state_of_palestine_res99", "ES", True, "country_differs"),
    ],
)
def test_what_does_not_fit_is_refused(category: str, country: str, contribute: bool, code: str) -> None:
    assert _code(category, country, contribute=contribute) == code


@pytest.mark.parametrize("category", ["sector_member", "associate", "academia"])
def test_organisations_of_any_country_or_none(category: str) -> None:
    for country in ("", "AQ", "ES"):
        assert belonging(category, country, contribute=False).country == country


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ES", "ES"),
        ("esp", "ES"),
        (" spain ", "ES"),
        ("Palestine", "PS"),
        ("State of  Palestine", "PS"),
        ("Iran, Islamic Republic of", "IR"),
        ("", ""),
        ("Atlantis", ""),
    ],
)
def test_countries_are_found_by_what_lists_call_them(text: str, code: str) -> None:
    assert find_country(text) == code


def _code(category: str, country: str, *, contribute: bool = True) -> str:
    with pytest.raises(Refused) as refused:
        belonging(category, country, contribute=contribute)
    return refused.value.code
