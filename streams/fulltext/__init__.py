"""The full text of articles: reading their pages, and what is kept of them."""
