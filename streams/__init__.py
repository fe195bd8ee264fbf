"""News monitoring: feeds in; clean articles, entities, stories, alerts and search out."""

__version__ = "0.1.0"
