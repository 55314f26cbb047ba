"""The crowd in the venue: pure, vectorised, no clock, no input or output. See ARCHITECTURE.md."""
