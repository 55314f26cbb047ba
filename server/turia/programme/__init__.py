"""Files of programmes: readers and writers. Bytes in, structs of :mod:`turia.event` out, and back. No network, ever."""
