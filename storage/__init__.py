"""The only place that knows SQL: tables, statements, batch reads, transactions, cursors, migrations."""
