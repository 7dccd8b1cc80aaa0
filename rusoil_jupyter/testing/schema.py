"""Prints the JSON schema of the wire: ``python -m rusoil_jupyter.testing.schema``.

The lab extension's TypeScript types are generated from it.
"""

from __future__ import annotations

import json
import sys
from typing import Any, get_args

from pydantic.json_schema import models_json_schema

from rusoil_jupyter import events, protocol
from rusoil_jupyter.errors import ErrorBody

VALUES = (
    *get_args(get_args(events.AnyEvent)[0]),
    *get_args(get_args(protocol.Frame)[0]),
    protocol.Status,
    protocol.ModelList,
    protocol.NamedModel,
    protocol.ConsentList,
    protocol.GiveConsent,
    protocol.TurnList,
    protocol.SessionList,
    protocol.SessionDetail,
    protocol.NewSession,
    protocol.RenameSession,
    protocol.ExportRequest,
    protocol.ChatAnswer,
    protocol.NewUpload,
    protocol.UploadList,
    protocol.InterpretRequest,
    protocol.Interpretation,
    ErrorBody,
)


def wire_schema() -> dict[str, Any]:
    """One JSON schema whose ``$defs`` are all values on the wire."""
    _refs, schema = models_json_schema([(value, "validation") for value in VALUES])
    return schema


if __name__ == "__main__":
    json.dump(wire_schema(), sys.stdout, indent=1, ensure_ascii=False)
