"""The event: people, roles, programme, sessions and doors as entries in streams. Pure: no clock, files or sockets."""
