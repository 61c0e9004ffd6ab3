import { z } from "zod";
import { parseTime } from "../time/time-text.js";
import { parseDuration } from "../time/duration.js";
import { parseQuantity } from "../requirements/quantity.js";
import { parseRequirement, RequirementError } from "../requirements/requirement.js";

/** A duration such as `90s` or `14d`; becomes milliseconds. */
export const durationMs = z.string().transform((text, context) => {
  const parsed = parseDuration(text);
  if (parsed === undefined || parsed <= 0) {
    context.addIssue({ code: "custom", message: `"${text}" is not a duration; write one such as 90s, 10m or 14d` });
    return z.NEVER;
  }
  return parsed;
});

/** A size such as `64MiB`; becomes bytes. */
export const sizeBytes = z.string().transform((text, context) => {
  const parsed = parseQuantity(text);
  if (parsed === undefined) {
    context.addIssue({ code: "custom", message: `"${text}" is not a size; write one such as 64MiB` });
    return z.NEVER;
  }
  return parsed;
});

export const requirementText = z.string().transform((text, context) => {
  try {
    parseRequirement(text);
    return text.trim();
  } catch (error) {
    if (!(error instanceof RequirementError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
    return z.NEVER;
  }
});

export const mailAddress = z
  .string()
  .max(254)
  .regex(/^[^\s@<>]+@[^\s@<>]+$/, "not a mail address; write one such as dev@example.org");

export const itemName = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/+-]*$/,
    "a name may contain letters, digits and . _ : / + - and must begin with a letter or digit",
  );

/** The name of a secret: an environment variable that nothing else sets. */
export const secretName = z
  .string()
  .max(100)
  .regex(/^[A-Z][A-Z0-9_]*$/, "the name of a secret must be the name of an environment variable, such as NPM_TOKEN")
  .refine(
    (name) => !/^(?:HOLDFAST_|LD_|NODE_OPTIONS$|PATH$|HOME$|TMPDIR$|SHELL$|PYTHONPATH$|CI$|TERM$|LANG$)/.test(name),
    "this variable already has another meaning",
  );

/** A YAML scalar as text: `18` and `"18"` mean the same. */
export const scalarText = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/**
 * A date, or a time with its zone; becomes ISO text in UTC.
 * @param edge whether a date means the beginning or the end of that day
 */
function timeAt(edge: "start" | "end") {
  return z.string().transform((text, context) => {
    const time = parseTime(text, edge);
    const iso = time === undefined ? "" : new Date(time).toISOString();
    if (/^(19|2\d)\d\d/.test(iso)) return iso;
    const isLocal = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?$/.test(text.trim());
    const why = isLocal ? "has no time zone" : "is not a date or time";
    const message = `"${text}" ${why}; write one such as 2027-01-31 (in UTC), 2027-01-31T08:00Z or 2027-01-31T08:00+01:00`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}
export const isoTime = timeAt("start");
/** The same for an end: a date means the end of that day. */
export const isoUntil = timeAt("end");

export const httpAddress = z.string().regex(/^https?:\/\/\S+$/, "not an http address");
