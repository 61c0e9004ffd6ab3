import { z } from "zod";
import { globProblem } from "../results/glob.js";
import { parseResultsSource, resultsForms } from "../results/results-source.js";

/** `results` of a test. */
export const resultsConfig = z
  .string()
  .default("exit")
  .describe("How the test reports what passed: exit, tap, tap:<file> or junit:<file or glob>")
  .transform((text, context) => {
    const source = parseResultsSource(text);
    const problem = source?.kind === "junit" ? globProblem(source.files) : undefined;
    if (source !== undefined && problem === undefined) return source;
    if (problem !== undefined) {
      context.addIssue({ code: "custom", message: `"${text}": ${problem}` });
      return z.NEVER;
    }
    context.addIssue({ code: "custom", message: `"${text}" is not understood; ${resultsForms}, inside the source` });
    return z.NEVER;
  });
