import { z } from "zod";
import { parseResultsSource, resultsForms } from "../results/source.js";

/** `results` of a test. */
export const resultsConfig = z
  .string()
  .default("exit")
  .describe("How the test tells what passed: exit, tap, tap:<file> or junit:<file or glob>")
  .transform((text, context) => {
    const source = parseResultsSource(text);
    if (source !== undefined) return source;
    context.addIssue({ code: "custom", message: `"${text}" is not understood; ${resultsForms}, inside the source` });
    return z.NEVER;
  });
