"""Alembic's part: ``env.py`` runs the files of ``versions`` in order. Called by :mod:`turia.store.migrate`.

A change of the tables is a new file ``versions/mNNNN_what.py`` with the revision ``NNNN``. It says in its own words
what it changes (not by :mod:`turia.store.tables`, which goes on changing), with ``op.batch_alter_table`` where a table
changes, since SQLite cannot alter columns. ``downgrade`` is left out: the way back is the backup made before.
"""
