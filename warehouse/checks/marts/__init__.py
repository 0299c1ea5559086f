"""The gates for derived tables: rules that must hold across the tables of a date before any is published."""
