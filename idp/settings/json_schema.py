"""JSON schema of each configuration file, for editors."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from idp.settings.explained import explained
from idp.settings.section import Section

REFERENCE: JsonSchemaValue = {"type": "string", "pattern": r"^\$\{[A-Z][A-Z0-9_]*(:-[^}]*)?\}$"}


class FileSchema(GenerateJsonSchema):
    """Allows a reference to the environment wherever a number or a yes or no is asked for."""

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        """Allow a reference in place of a whole number."""
        return {"anyOf": [super().int_schema(schema), REFERENCE]}

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        """Allow a reference in place of a number."""
        return {"anyOf": [super().float_schema(schema), REFERENCE]}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """Allow a reference in place of yes or no."""
        return {"anyOf": [super().bool_schema(schema), REFERENCE]}


def json_schema(kind: type[Section]) -> dict[str, Any]:
    """Describe a configuration file.

    Args:
        kind: what the file holds.

    Returns:
        its JSON schema (draft 2020-12).
    """
    schema = explained(kind).model_json_schema(schema_generator=FileSchema)
    return {"$schema": FileSchema.schema_dialect, **schema}
