import { z } from "zod";
import { type Matrix, matrixMistakes } from "../jobs/matrix.js";
import { itemName, scalarText } from "./fields.js";

const entries = z.array(z.record(itemName, scalarText));
const values = z
  .array(scalarText)
  .min(1)
  .refine((texts) => new Set(texts).size === texts.length, "names a value twice");

/** `matrix` of a test: lists of values, and GitHub's `include` and `exclude`. */
export const matrixConfig = z
  .object({
    include: entries.optional().describe("Values to add to combinations, or additional combinations"),
    exclude: entries.optional().describe("Combinations to remove: all that have these values"),
  })
  .catchall(values)
  .transform(({ include = [], exclude = [], ...axes }, context): Matrix => {
    const matrix = { axes: axes as Record<string, string[]>, include, exclude };
    const wrongNames = Object.keys(axes).filter((key) => !itemName.safeParse(key).success);
    for (const key of wrongNames)
      context.addIssue({ code: "custom", path: [key], message: `"${key}" is not a name for a matrix value` });
    for (const { path, message } of matrixMistakes(matrix)) context.addIssue({ code: "custom", path, message });
    return matrix;
  })
  .prefault({})
  .describe("Each combination of these values is a variant with its own job");
