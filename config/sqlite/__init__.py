"""Django's backend for SQLite, with a file that several processes may open for the first time at once."""
