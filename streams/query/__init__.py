"""The query language: one meaning for alerts and for search."""
