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

/** signatures.yaml: what lines of logs mean. */
const signatureList = z
  .array(signature)
  .max(500)
  .superRefine((all, context) => {
    for (const [index, { name }] of all.entries())
      if (all.findIndex((other) => other.name === name) < index)
        context.addIssue({ code: "custom", path: [index, "name"], message: `"${name}" appears twice` });
  });

/** A configuration with signatures. An older Holdfast stored none. */
interface WithSignatures {
  signatures?: string | Signature[] | undefined;
}

/** In grid.yaml: the path of the file, or the signatures themselves; distinguished here, so that a mistake refers to the right form. */
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

/** @throws FileError with every mistake and its place. */
export function parseSignatureFile(file: string, text: string): Signature[] {
  const located = parseLocatedYaml(file, text.trim() === "" ? "[]" : text, signatureList);
  return located.value.map((each, index) => ({ ...each, place: placeIn(located, [index]) }));
}

/** The same configuration, with the places of the signatures that stand in grid.yaml itself. */
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

/** The signatures of a configuration; none where the file with them was never read. */
export function signaturesOf({ signatures }: WithSignatures): Signature[] {
  return Array.isArray(signatures) ? signatures : [];
}

/** The file that a configuration takes its signatures from, as it is named there; null where it names none. */
export function signatureFileOf({ signatures }: WithSignatures): string | null {
  return typeof signatures === "string" ? signatures : null;
}
