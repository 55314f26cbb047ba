from turia.event.quoting import quoted


def test_text_stands_in_typographic_quotes() -> None:
    assert quoted("Ana’s “talk”, 2 €") == "“Ana’s “talk”, 2 €”"


def test_what_cannot_be_printed_is_escaped() -> None:
    assert quoted("a\r\nBcc: b\x00\u202e\ud800") == "“a\\r\\nBcc: b\\x00\\u202e\\ud800”"
