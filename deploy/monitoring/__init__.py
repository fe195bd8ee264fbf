"""Alarms and dashboards of a deployment, as code: `python -m deploy.monitoring` writes the files made of it."""
