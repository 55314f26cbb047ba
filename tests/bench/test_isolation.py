from __future__ import annotations

import math

from turia.bench.isolation import quantile


def test_a_command_that_was_never_answered_counts() -> None:
    fast = [0.02] * 99
    assert quantile(fast, 99) == 0.02
    assert quantile([*fast, 0.5], 99) == 0.5
    assert math.isinf(quantile([*fast, math.inf], 99))
    assert quantile([*fast, math.inf], 50) == 0.02
    assert math.isinf(quantile([], 50))
