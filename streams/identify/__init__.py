"""What an item is: its identity, its revisions, its clean text and its language."""
