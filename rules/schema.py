"""JSON Schemas of the documents, for editors and for other programs."""

from typing import Any

from rules.documents import SCHEMAS

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of `area`, `figures`, `measure`, `decision` or `law` documents; KeyError for another kind."""
    name = f"regelruimte/{kind}/v1"
    return {"$schema": DRAFT, "title": name, **SCHEMAS[name].model_json_schema(by_alias=True)}
