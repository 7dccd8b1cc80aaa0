"""Sessions kept in a database: SQLite on a laptop, PostgreSQL on campus, by one URL."""
