from __future__ import annotations

from turia.protocol.close_codes import SENTENCES, CloseCode, comes_back


def test_every_code_has_a_sentence_and_a_range() -> None:
    assert set(SENTENCES) == set(CloseCode)
    for code in CloseCode:
        assert 4000 <= code < 4300
        assert SENTENCES[code].endswith(".")


def test_only_the_stop_range_does_not_come_back() -> None:
    assert {code for code in CloseCode if not comes_back(code)} == {code for code in CloseCode if code >= 4200}
