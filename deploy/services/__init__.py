"""Real Kafka and Elasticsearch without Docker, from Maven artifacts: for tests, and for users who have Java.

`python -m deploy.services up` starts both and prints their addresses, `down` stops them, `status` tells. Files go
to `.services/` (or `--folder DIR`); a second start reuses what was downloaded.
"""
