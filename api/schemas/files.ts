import { gridFile } from "../../domain/config/grid-file.js";
import { probeForms } from "../../domain/config/probe-config.js";
import { suiteFile } from "../../domain/config/suite-file.js";
import { z } from "zod";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** JSON Schema of grid.yaml, for editors. Rules that JSON Schema cannot say are checked when the file is read. */
export function gridSchema(): JsonSchema {
  return schemaOf(gridFile, "grid.yaml of Holdfast");
}

/** JSON Schema of holdfast.yaml. */
export function suiteSchema(): JsonSchema {
  return schemaOf(suiteFile, "holdfast.yaml: the tests of a source");
}

function schemaOf(schema: z.ZodType, title: string): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === "date") Object.assign(jsonSchema, { type: "string" });
      // JSON Schema does not know this format. The pattern says the same.
      if (jsonSchema.format === "starts_with") delete jsonSchema.format;
      if (zodSchema === probeForms.written) Object.assign(jsonSchema, { anyOf: probeForms.kinds.map(written) });
    },
  });
  return { title, ...made };
}

function written(schema: z.ZodType): JsonSchema {
  const { $schema: _version, ...made } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return made;
}
