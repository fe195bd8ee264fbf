"""An Elasticsearch of templates, indices and (what the node for tests lacks) lifecycle policies, without data."""

from __future__ import annotations

import json
import time
from fnmatch import fnmatchcase
from typing import Any

from tests.local_server import Answer, Asked

Json = dict[str, Any]


class FakeElasticsearch:
    """Answers the requests of the set-up as a real cluster does; `lifecycles` is None for one without ILM."""

    def __init__(self, lifecycles: Json | None) -> None:
        self.lifecycles = lifecycles
        self.templates: Json = {}
        self.indices: Json = {}

    def __call__(self, asked: Asked) -> Answer:
        first, *rest = asked.path.strip("/").split("/")
        body = json.loads(asked.body) if asked.body else {}
        match first:
            case "_ilm":
                return self._lifecycle(asked.method, rest, body)
            case "_index_template":
                return self._template(asked.method, rest[0], body)
            case _:
                return self._index(asked.method, first, rest, body)

    def _lifecycle(self, method: str, path: list[str], body: Json) -> Answer:
        match method, path:
            case _ if self.lifecycles is None:
                return _no_handler()
            case "GET", ["policy"]:
                return Answer(self.lifecycles)
            case "PUT", ["policy", name]:
                self.lifecycles[name] = {"version": 1, "policy": body["policy"]}
                return _DONE
            case _:
                return _no_handler()

    def _template(self, method: str, name: str, body: Json) -> Answer:
        if method == "PUT":
            self.templates[name] = body
            return _DONE
        found = [
            {"name": found, "index_template": template}
            for found, template in self.templates.items()
            if fnmatchcase(found, name)
        ]
        return Answer({"index_templates": found}, 200 if found else 404)

    def _index(self, method: str, name: str, path: list[str], body: Json) -> Answer:
        match method, path:
            case "GET", []:
                return Answer(self._found(name))
            case "PUT", []:
                self._create(name, body)
            case "DELETE", []:
                for one in name.split(","):
                    del self.indices[one]
            case "PUT", ["_mapping"]:
                _merge(self.indices[name]["mappings"], body)
            case "PUT", ["_settings"]:
                _merge(self.indices[name]["settings"], body)
            case "PUT", ["_alias", alias]:
                self.indices[name]["aliases"][alias] = {}
            case _:
                return _no_handler()
        return _DONE

    def _found(self, pattern: str) -> Json:
        by_alias = {name: index for name, index in self.indices.items() if pattern in index["aliases"]}
        return by_alias or {name: index for name, index in self.indices.items() if fnmatchcase(name, pattern)}

    def _create(self, name: str, body: Json) -> None:
        index: Json = {"aliases": {}, "mappings": {}, "settings": {"index": {}}}
        for template in self.templates.values():
            if any(fnmatchcase(name, pattern) for pattern in template["index_patterns"]):
                _merge(index, template["template"])
        _merge(index, body)
        index["settings"]["index"]["creation_date"] = str(round(time.time() * 1000))
        self.indices[name] = index


_DONE = Answer({"acknowledged": True})


def _no_handler() -> Answer:
    return Answer({"error": "no handler found for uri"}, 400)


def _merge(there: Json, added: Json) -> None:
    for name, value in json.loads(json.dumps(added)).items():
        if isinstance(value, dict) and isinstance(there.get(name), dict):
            _merge(there[name], value)
        else:
            there[name] = value
