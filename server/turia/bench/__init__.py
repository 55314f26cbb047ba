"""The benches behind scripts/bench."""
