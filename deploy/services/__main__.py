"""`python -m deploy.services up|down|status`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.services.elasticsearch import Elasticsearch
from deploy.services.java import MissingError
from deploy.services.kafka import Kafka

KAFKA_PORT, ELASTICSEARCH_PORT = 19092, 19200


def services(folder: Path, kafka_port: int, elasticsearch_port: int) -> tuple[Kafka, Elasticsearch]:
    """Both services in one folder, which also keeps the downloads."""
    downloads = folder / "downloads"
    return (
        Kafka(folder / "kafka", kafka_port, downloads / "kafka"),
        Elasticsearch(folder / "elasticsearch", elasticsearch_port, downloads / "elasticsearch"),
    )


def main() -> int:
    """Start, stop or show the services."""
    parser = argparse.ArgumentParser(prog="python -m deploy.services", description=__doc__)
    parser.add_argument("what", choices=["up", "down", "status"])
    parser.add_argument("--folder", type=Path, default=Path(".services"))
    parser.add_argument("--kafka-port", type=int, default=KAFKA_PORT)
    parser.add_argument("--elasticsearch-port", type=int, default=ELASTICSEARCH_PORT)
    options = parser.parse_args()
    both = services(options.folder, options.kafka_port, options.elasticsearch_port)
    try:
        for service in both:
            if options.what == "up":
                service.start()
            elif options.what == "down":
                service.stop()
            state = "up" if service.pid() is not None else "down"
            sys.stdout.write(f"{service.name:14}{state:6}{service.address}\n")
    except (MissingError, RuntimeError) as error:
        sys.stderr.write(f"services: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
