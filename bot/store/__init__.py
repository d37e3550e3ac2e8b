"""Everything that is kept, on SQLite or PostgreSQL: the home of SQLAlchemy. Every question to it has a name."""
