"""Who and what is named in an article."""
