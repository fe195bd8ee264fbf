"""Where documents, stories and alerts are kept and searched."""
