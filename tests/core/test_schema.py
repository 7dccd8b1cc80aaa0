"""The schema from which TypeScript's types are generated; ``make lint`` checks that they are fresh."""

from __future__ import annotations

import json

from rusoil_jupyter.testing.schema import VALUES, wire_schema


def test_the_schema_describes_every_value_on_the_wire():
    definitions = wire_schema()["$defs"]
    assert {value.__name__ for value in VALUES} <= set(definitions)
    json.dumps(definitions)
