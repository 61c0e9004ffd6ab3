import { z } from "zod";
import { patternMistake, type Signature, signatureCauses } from "../failures/signature.js";
import { httpAddress, itemName } from "./fields.js";
import { type LocatedFile, parseLocatedYaml } from "./located-yaml.js";

const pattern = z
  .string()
  .min(1)
  .max(1_000)
  .superRefine((text, context) => {
    const mistake = patternMistake(text);
    if (mistake !== undefined) context.addIssue({ code: "custom", message: mistake });
  });

const signature = z.strictObject({
  name: itemName,
  pattern: pattern.describe("A regular expression in RE2 syntax, matched against each line of a log"),
  label: z.string().min(1).max(200).describe("The cause, in words for people"),
  cause: z.enum(signatureCauses).default("unknown").describe("Who is probably to blame; a hint"),
  help: z.string().min(1).max(500).nullable().default(null),
  link: httpAddress.max(500).nullable().default(null),
  place: z.string().default("").describe("Set by the grid: the place of the signature"),
});

/** signatures.yaml: the meanings of log lines. */
const signatureList = z
  .array(signature)
  .max(500)
  .superRefine((all, context) => {
    for (const [index, { name }] of all.entries())
      if (all.findIndex((other) => other.name === name) < index)
        context.addIssue({ code: "custom", path: [index, "name"], message: `"${name}" appears twice` });
  });

/** A configuration with signatures. Older versions of Holdfast stored none. */
interface WithSignatures {
  signatures?: string | Signature[] | undefined;
}

/**
 * The field in grid.yaml: the path of the file, or the signatures themselves. The code distinguishes the two forms, so that
 * a mistake refers to the right one.
 */
export const signaturesField = z
  .unknown()
  .transform((value, context): string | Signature[] => {
    if (value === undefined) return [];
    if (typeof value === "string") return value;
    const parsed = signatureList.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never);
    return z.NEVER;
  })
  .optional();

/** Parses signatures.yaml. @throws FileError with the mistakes and their places */
export function parseSignatureFile(file: string, text: string): Signature[] {
  const located = parseLocatedYaml(file, text.trim() === "" ? "[]" : text, signatureList);
  return located.value.map((each, index) => ({ ...each, place: placeIn(located, [index]) }));
}

/** Adds the places of the signatures that grid.yaml itself contains. */
export function placeSignatures<T extends WithSignatures>(located: LocatedFile<T>): T {
  const { value } = located;
  if (!Array.isArray(value.signatures)) return value;
  const placed = value.signatures.map((each, index) => ({ ...each, place: placeIn(located, ["signatures", index]) }));
  return { ...value, signatures: placed };
}

function placeIn(located: LocatedFile<unknown>, path: PropertyKey[]): string {
  const { file, line, column } = located.mistakeAt([...path, "pattern"], "");
  return `${file}:${line}:${column}`;
}

/** The signatures of a configuration; empty if their file was never read. */
export function signaturesOf({ signatures }: WithSignatures): Signature[] {
  return Array.isArray(signatures) ? signatures : [];
}

/** The path of the signature file as the configuration gives it; null if the configuration names no file. */
export function signatureFileOf({ signatures }: WithSignatures): string | null {
  return typeof signatures === "string" ? signatures : null;
}
