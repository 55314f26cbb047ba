"""Countries: their names from ``pycountry`` (ISO 3166-1), their membership of ITU from our dated data. Pure."""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec
import pycountry

from turia.event.itu_membership import MEMBERS, TERRITORIES

#: The State of Palestine takes part under Resolution 99 and is called exactly so.
PALESTINE: Final = "PS"
PALESTINE_NAME: Final = "State of Palestine"


class Country(msgspec.Struct, frozen=True):
    """One country. ``member``: a Member State of ITU; ``through``: the Member State of a territory, or ""."""

    code: str
    name: str
    member: bool
    through: str = ""


@cache
def countries() -> dict[str, Country]:
    """All by code, in the order of their names. The State of Palestine is among them and not a Member State."""
    found = [
        Country(
            each.alpha_2,
            PALESTINE_NAME if each.alpha_2 == PALESTINE else each.name,
            each.alpha_2 in MEMBERS,
            TERRITORIES.get(each.alpha_2, ""),
        )
        for each in pycountry.countries
    ]
    return {each.code: each for each in sorted(found, key=lambda each: each.name)}


def country_name(code: str) -> str:
    """The name of a country; the code itself if there is no such country, "" for ""."""
    known = countries().get(code)
    return known.name if known else code


def member_states() -> list[Country]:
    """Those that ITU lists as Member States."""
    return [each for each in countries().values() if each.member]


def has_member(code: str) -> bool:
    """Whether people from there are from a member country of ITU, or take part under Resolution 99."""
    return code == PALESTINE or code in MEMBERS or code in TERRITORIES


def find_country(text: str) -> str:
    """The code of a country written as a code or name (for imported lists), "" if it is none that we know."""
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return ""
    return _by_name().get(wanted, "")


@cache
def _by_name() -> dict[str, str]:
    names: dict[str, str] = {"palestine": PALESTINE, PALESTINE_NAME.casefold(): PALESTINE}
    for each in pycountry.countries:
        for field in ("name", "official_name", "common_name", "alpha_3", "alpha_2"):
            name = getattr(each, field, "")
            if name:
                names.setdefault(name.casefold(), each.alpha_2)
    return names
