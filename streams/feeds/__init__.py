"""Reading feeds: subscriptions, what to poll when, fetching, parsing."""
