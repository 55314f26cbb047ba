"""Clocks, transports, bots and faults for tests, demos and benches: shipped, and held to the same standard."""
