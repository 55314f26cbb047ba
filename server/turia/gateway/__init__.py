"""Socket.IO: the only package that holds connections of attendees."""
