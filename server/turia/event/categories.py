"""Categories of registration and their rules (EVENT.md). Pure. No category gets other rooms or rights than another."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from turia.errors import Refused
from turia.event import countries
from turia.event.itu_membership import DATED
from turia.event.quoting import quoted


class Category(StrEnum):
    """As whom one takes part."""

    MEMBER_STATE = "member_state"
    SECTOR_MEMBER = "sector_member"
    ASSOCIATE = "associate"
    ACADEMIA = "academia"
    INDIVIDUAL = "individual"
    STATE_OF_PALESTINE = "state_of_palestine_res99"


#: What people read.
CATEGORIES: Final[dict[str, str]] = {
    Category.MEMBER_STATE: "Member State of ITU",
    Category.SECTOR_MEMBER: "Sector Member of ITU",
    Category.ASSOCIATE: "Associate of ITU",
    Category.ACADEMIA: "Academia member of ITU",
    Category.INDIVIDUAL: "Individual from a member country of ITU",
    Category.STATE_OF_PALESTINE: "State of Palestine (Resolution 99, Rev. Dubai, 2018)",
}
ORGANISATION_SCOPES: Final[dict[str, str]] = {
    "international": "International organisation",
    "regional": "Regional organisation",
    "national": "National organisation",
}
AUDIENCES: Final[dict[str, str]] = {
    "city_administration": "City administration",
    "government": "Government body",
    "industry": "Industry",
    "research": "Research",
    "international_organisation": "International organisation",
    "other": "Other",
}
ATTENDANCES: Final[dict[str, str]] = {"remote": "Remote", "on_site": "On site, in Valencia"}


class Belonging(msgspec.Struct, frozen=True):
    """Category and country that fit together."""

    category: str
    country: str


def belonging(category: str, country: str, *, contribute: bool) -> Belonging:
    """Check the rules; raises Refused (``category_unknown``, ``country_needed``, ``not_a_member``, ...).

    Somebody from the State of Palestine is never refused by the list of countries: as a State he takes part under
    Resolution 99, so that is his category, whatever the form called it.
    """
    country = country.strip().upper()
    if category not in CATEGORIES:
        raise Refused("category_unknown", "Choose one of the categories of registration.")
    if country and country not in countries.countries():
        raise Refused(
            "country_unknown", f"{quoted(country[:20])} is no country that we know. Choose one from the list."
        )
    if category == Category.STATE_OF_PALESTINE or (
        category == Category.MEMBER_STATE and country == countries.PALESTINE
    ):
        return _palestine(country)
    if category in {Category.MEMBER_STATE, Category.INDIVIDUAL} and not country:
        raise Refused("country_needed", "Choose the country that you take part for or come from.")
    if category == Category.MEMBER_STATE and not countries.countries()[country].member:
        raise _no_member(country)
    if category == Category.INDIVIDUAL:
        _individual(country, contribute=contribute)
    return Belonging(category, country)


def _palestine(country: str) -> Belonging:
    if country not in {"", countries.PALESTINE}:
        raise Refused(
            "country_differs",
            f"The category says State of Palestine, the country {countries.country_name(country)}. Change one of them.",
        )
    return Belonging(Category.STATE_OF_PALESTINE, countries.PALESTINE)


def _individual(country: str, *, contribute: bool) -> None:
    """Membership in an organisation is not looked at: it never changes admission."""
    if not countries.has_member(country):
        raise _no_member(country)
    if not contribute:
        raise Refused(
            "contribute_needed",
            "Individuals take part if they wish to contribute to the work. Tick that box if you do.",
        )


def _no_member(country: str) -> Refused:
    return Refused(
        "not_a_member",
        f"{countries.country_name(country)} is not on the list of Member States of ITU (as of {DATED}). "
        "If that is wrong, write to the organisers: their address is on the page of the event.",
    )
