"""Which countries are members of ITU: data, with its source and date. Codes are ISO 3166-1 alpha-2.

Territories that ISO 3166-1 lists by themselves take part through the Member State that is responsible for them, as ISO
and ITU name it; that is their sources' statement, not one of ours. The State of Palestine is not a Member State: it
takes part under Resolution 99 (:mod:`turia.event.categories`).
"""

from __future__ import annotations

from typing import Final

SOURCE: Final = (
    "ITU, list of Member States (194: the Members of the United Nations, and the Vatican City State). "
    "Territories: ISO 3166-1."
)
#: The day of the convening circular; the last change before it: Palau, 2024.
DATED: Final = "2025-10-01"

_MEMBERS: Final = (
    "AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM "
    "CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HN "
    "HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA "
    "MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PT PW PY "
    "QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TZ UA "
    "UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW"
)
_TERRITORIES: Final = (
    "AI:GB AS:US AW:NL AX:FI BL:FR BM:GB BQ:NL BV:NO CC:AU CK:NZ CW:NL CX:AU FK:GB FO:DK GF:FR GG:GB GI:GB GL:DK "
    "GP:FR GS:GB GU:US HK:CN HM:AU IM:GB IO:GB JE:GB KY:GB MF:FR MO:CN MP:US MQ:FR MS:GB NC:FR NF:AU NU:NZ PF:FR "
    "PM:FR PN:GB PR:US RE:FR SH:GB SJ:NO SX:NL TC:GB TF:FR TK:NZ TW:CN UM:US VG:GB VI:US WF:FR YT:FR"
)

MEMBERS: Final = frozenset(_MEMBERS.split())
#: Territory -> Member State.
TERRITORIES: Final = dict(pair.split(":") for pair in _TERRITORIES.split())

#: Listed by ISO, and neither a Member State nor a territory of one.
NEITHER: Final = frozenset({"AQ", "EH", "PS"})
