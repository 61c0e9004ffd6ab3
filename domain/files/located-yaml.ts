import { isMap, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { z } from "zod";

/** One mistake in a file, with where it stands; line and column count from 1. */
export interface FileMistake {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** A file that does not say what Holdfast understands; holds every mistake found. */
export class FileError extends Error {
  override name = "FileError";
  readonly mistakes: FileMistake[];
  constructor(mistakes: FileMistake[]) {
    super(mistakes.map(formatMistake).join("\n"));
    this.mistakes = mistakes;
  }
}

export function formatMistake({ file, line, column, message }: FileMistake): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** A parsed file that can still say where each of its values stands. */
export interface LocatedFile<T> {
  value: T;
  mistakeAt(path: readonly PropertyKey[], message: string): FileMistake;
}

/** Parses YAML and checks it against the schema. @throws FileError with all mistakes, each with line and column. */
export function parseLocatedYaml<S extends z.ZodType>(file: string, text: string, schema: S): LocatedFile<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const mistakeAtOffset = (offset: number, message: string): FileMistake => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  if (document.errors.length > 0) {
    throw new FileError(
      document.errors.map((error) =>
        mistakeAtOffset(error.pos[0], describeSyntax(error.code, error.message, document, error.pos[0])),
      ),
    );
  }
  const mistakeAt = (path: readonly PropertyKey[], message: string) =>
    mistakeAtOffset(offsetOf(document, path), message);
  const checked = schema.safeParse(document.toJS() ?? {});
  if (!checked.success) throw new FileError(checked.error.issues.flatMap((issue) => toMistakes(issue, mistakeAt)));
  return { value: checked.data, mistakeAt };
}

function describeSyntax(code: string, message: string, document: Document, offset: number): string {
  if (code !== "DUPLICATE_KEY") return message;
  return `${nameAt(document.contents, offset) ?? "this key"} stands here twice; every name may stand once`;
}

function nameAt(node: unknown, offset: number): string | undefined {
  if (!isMap(node)) return undefined;
  for (const pair of node.items) {
    const key = pair.key as Node | null;
    if (key?.range?.[0] === offset) return `"${String(key)}"`;
    const inside = nameAt(pair.value, offset);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function toMistakes(issue: z.core.$ZodIssue, mistakeAt: LocatedFile<unknown>["mistakeAt"]): FileMistake[] {
  const place = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) =>
      mistakeAt([...issue.path, key], `unknown key "${key}"${place === "" ? "" : ` in ${place}`}`),
    );
  }
  if (issue.code === "invalid_key")
    return issue.issues.map(({ message }) => mistakeAt(issue.path, `${place}: ${message}`));
  return [mistakeAt(issue.path, `${place === "" ? "" : `${place}: `}${issue.message}`)];
}

/** Where the key of the last step stands; where a step is missing, what was to hold it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === String(step));
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else {
      node = (node as { items?: unknown[] } | null)?.items?.[Number(step)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    }
  }
  return offset;
}
