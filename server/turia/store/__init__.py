"""Where entries are kept: the interface, a memory version, SQLite and PostgreSQL by SQLAlchemy Core."""
