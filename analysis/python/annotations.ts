import { type Node } from "web-tree-sitter";
import { type Documented, requirementsIn } from "../flow/annotations.js";
import type { Annotation } from "../flow/declaration.js";
export function parameterName(node: Node): string | undefined {
  switch (node.type) {
    case "identifier":
      return node.text;
    case "default_parameter":
    case "typed_default_parameter":
      return node.childForFieldName("name")?.text;
    case "typed_parameter":
    case "list_splat_pattern":
    case "dictionary_splat_pattern":
      return node.namedChildren[0]?.text.replace(/^\*+/, "");
    default:
      return undefined;
  }
}

export function decoratorName(node: Node): string {
  return (node.type === "call" ? node.childForFieldName("function")! : node).text;
}

export function decoratorsOf(node: Node): Node[] {
  return node.namedChildren.filter((child) => child?.type === "decorator").map((child) => child!.namedChildren[0]!);
}

/** The docstring of a function, class or module. */
function docString(body: Node): Node | undefined {
  const first = body.namedChildren.find((child) => child !== null && child.type !== "comment");
  const text = first?.type === "expression_statement" ? first.namedChildren[0] : undefined;
  return text?.type === "string" ? text : undefined;
}

/** `:requires: service:nfs`, `@requires service:nfs`, `Requires: service:nfs`, and avocado's dependencies. */
function docAnnotations(body: Node, file: string): Annotation[] {
  const doc = docString(body);
  if (doc === undefined) return [];
  return doc.text.split("\n").flatMap((text, index) => {
    const line = doc.startPosition.row + 1 + index;
    const [, rest] = /(?:^|\s|["'])[:@]?requires?:?\s+(.*)$/i.exec(text) ?? [];
    const plain = rest === undefined ? [] : requirementsIn(rest);
    const [, json] = /:avocado:\s*dependency=(\{.*\})/.exec(text) ?? [];
    return [...plain, ...(json === undefined ? [] : avocado(json))].map((each) => ({ text: each, file, line }));
  });
}

function docProvides(body: Node): string[] {
  const doc = docString(body);
  if (doc === undefined) return [];
  return doc.text.split("\n").flatMap((text) => requirementsIn(/[:@]provides:?\s+(.*)$/i.exec(text)?.[1] ?? ""));
}

/** Avocado writes `{"type": "package", "name": "gcc"}`. */
function avocado(json: string): string[] {
  try {
    const { type, name, uri } = JSON.parse(json) as { type?: string; name?: string; uri?: string };
    const value = name ?? uri;
    if (value === undefined) return [];
    return type === "package"
      ? [`package:${value}`]
      : type === "executable" || type === "command"
        ? [`command:${value}`]
        : [];
  } catch {
    return [];
  }
}

const comment = /^\s*#+\s*@?requires?:\s+(.*)$/i;

const providing = /^\s*#+\s*@?provides?:\s+(.*)$/i;

/** Comments on the lines directly before a definition, and between its decorators. */
function commentsBefore(lines: readonly string[], row: number, file: string, wanted = comment): Annotation[] {
  const found: Annotation[] = [];
  const add = (at: number) => {
    for (const text of requirementsIn(wanted.exec(lines[at]!)?.[1] ?? "")) found.push({ text, file, line: at + 1 });
  };
  for (let at = row - 1; at >= 0 && /^\s*#/.test(lines[at]!); at--) add(at);
  for (let at = row; at < lines.length && /^\s*[@#]/.test(lines[at]!); at++) add(at);
  return found;
}

/** The line after the docstring of a module; 0 if it has none. */
function afterDocString(lines: readonly string[]): number {
  const first = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  const [, quote] = /^[rRuU]?("""|'''|"|')/.exec(lines[first] ?? "") ?? [];
  if (quote === undefined || lines.slice(0, first).some((line) => line.startsWith("#"))) return 0;
  if (lines[first]!.indexOf(quote, lines[first]!.indexOf(quote) + quote.length) >= 0) return first + 1;
  const last = lines.findIndex((line, index) => index > first && line.includes(quote));
  return last < 0 ? 0 : last + 1;
}

/** Comments at the top of a file that do not belong to a definition below them. */
function headComments(lines: readonly string[], file: string): Annotation[] {
  const found: Annotation[] = [];
  let pending: Annotation[] = [];
  const begin = afterDocString(lines);
  for (const [index, line] of lines.entries()) {
    if (index < begin) continue;
    if (line.startsWith("#")) {
      for (const text of requirementsIn(comment.exec(line)?.[1] ?? "")) pending.push({ text, file, line: index + 1 });
      continue;
    }
    if (!/^(?:async def|def|class|@)/.test(line)) found.push(...pending);
    pending = [];
    if (line.trim() !== "") break;
  }
  return [...found, ...(lines.every((line) => /^(#.*)?$/.test(line)) ? pending : [])];
}

/** The annotations of a function or a class. @param row of its first line, including decorators */
export function documentedBy(body: Node, lines: readonly string[], row: number, file: string): Documented {
  return {
    requires: [...docAnnotations(body, file), ...commentsBefore(lines, row, file)],
    provides: [...docProvides(body), ...commentsBefore(lines, row, file, providing).map(({ text }) => text)],
  };
}

/** The annotations of a whole file, in its docstring or in comments at its top. */
export function moduleRequirements(root: Node, lines: readonly string[], file: string): Annotation[] {
  return [...docAnnotations(root, file), ...headComments(lines, file)];
}
