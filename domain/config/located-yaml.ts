import { isMap, isPair, LineCounter, parseDocument, visit, type Document, type Node } from "yaml";
import type { z } from "zod";

/** A mistake in a file, and its place. Line and column count from 1. */
export interface FileMistake {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** A file has mistakes. The error lists them. */
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

/** A parsed file that knows the place of each value. */
export interface LocatedFile<T> {
  value: T;
  mistakeAt(path: readonly PropertyKey[], message: string): FileMistake;
}

/**
 * Parses YAML and checks it against the schema.
 * @param isVerbatim whether scalars below a place, such as `["tests", "one", "matrix"]`, keep the text in which they are written:
 *   there, `3.10` is not a number
 * @throws FileError with the first mistakes, each with line and column
 */
export function parseLocatedYaml<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
  isVerbatim: (place: readonly string[]) => boolean = () => false,
): LocatedFile<z.output<S>> {
  if (text.length > longestFile) {
    const message = `the file has ${text.length} characters; at most ${longestFile} are read`;
    throw new FileError([{ file, line: 1, column: 1, message }]);
  }
  const lines = new LineCounter();
  const document = parseCarefully(file, text, lines);
  const mistakeAtOffset = (offset: number, message: string): FileMistake => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const wrong = [
    ...document.errors.map((error) => ({ offset: error.pos[0], message: error.message })),
    ...duplicateKeys(document),
  ];
  if (wrong.length > 0)
    throw new FileError(wrong.slice(0, mistakesShown).map(({ offset, message }) => mistakeAtOffset(offset, message)));
  keepWritten(document, isVerbatim);
  const mistakeAt = (path: readonly PropertyKey[], message: string) =>
    mistakeAtOffset(offsetOf(document, path), message);
  const checked = schema.safeParse(valueOf(file, document) ?? {});
  if (!checked.success) {
    const mistakes: FileMistake[] = [];
    for (const issue of checked.error.issues) {
      if (mistakes.length >= mistakesShown) break;
      mistakes.push(...toMistakes(issue, mistakeAt));
    }
    throw new FileError(mistakes.slice(0, mistakesShown));
  }
  return { value: checked.data, mistakeAt };
}

/** Replaces scalars by their text in the file where `isVerbatim` says so. */
function keepWritten(document: Document, isVerbatim: (place: readonly string[]) => boolean): void {
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === "key" || node.source === undefined || typeof node.value === "string" || node.value === null) return;
      const place = ancestors.flatMap((ancestor) => (isPair(ancestor) ? [String(ancestor.key)] : []));
      if (isVerbatim(place)) node.value = node.source;
    },
  });
}

/** No sensible file is larger, and reading such a file would delay all other requests. */
const longestFile = 2 ** 20;
const mistakesShown = 20;

/**
 * Leaves duplicate keys to `duplicateKeys`, because the parser's own check takes quadratic time.
 * @throws FileError if the file is nested too deeply
 */
function parseCarefully(file: string, text: string, lineCounter: LineCounter): Document {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FileError([{ file, line: 1, column: 1, message: "the file is nested too deeply" }]);
  }
}

/** @throws FileError if aliases expand to too many values */
function valueOf(file: string, document: Document): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw new FileError([{ file, line: 1, column: 1, message: (error as Error).message }]);
  }
}

function duplicateKeys(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  visit(document, {
    Map(_key, node) {
      const seen = new Set<string>();
      for (const { key } of node.items) {
        const name = String(key);
        if (seen.has(name))
          found.push({
            offset: (key as Node | null)?.range?.[0] ?? 0,
            message: `"${name}" appears twice; use each name once`,
          });
        seen.add(name);
      }
    },
  });
  return found;
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

/** The offset of the last key of a path. If a step is missing, the offset of the key that should contain it. */
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
