"""What an article belongs with: copies of one text, and stories."""
