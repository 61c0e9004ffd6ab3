import type { Program } from "../flow/program.js";
import type { Annotation, Declaration, Site } from "../flow/declaration.js";
import { FunctionValue } from "../flow/values.js";
import { commentAnnotations, providedIn } from "./comments.js";
import { each, lineOf, type ShellNode, type ShellWord } from "./shell-nodes.js";
import { type Fields, Variables } from "./variables.js";

/** After this many calls with different arguments, further calls are followed without their arguments. */
const mostArguments = 24;

/** Reads the body of a function for one call. */
interface Body {
  read(args: Fields | undefined, folder: string, variables: Variables, isCertain: boolean): void;
}

export class ShellFunction {
  readonly declaration: Declaration;
  readonly #body: Body;
  /** The variables that the body uses. */
  readonly #names: readonly string[];
  readonly #program: Program;
  readonly #value: FunctionValue;
  readonly #seen = new Set<string>();

  constructor(program: Program, declaration: Declaration, node: ShellNode, text: string, body: Body) {
    this.#program = program;
    this.#body = body;
    this.#names = [...new Set([...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name!))];
    this.declaration = declaration;
    const names = namesOfArguments(node);
    this.#value = new FunctionValue(
      program.queue,
      declaration,
      [],
      () => undefined,
      (placeholder, call) => {
        const named = names.get(placeholder);
        const position = /^\d+$/.test(placeholder) ? Number(placeholder) : named?.position;
        if (position === undefined) return undefined;
        const fallback = named?.fallback;
        return (
          call.args[position] ??
          (fallback === undefined ? program.cell() : program.cell({ kind: "text", text: fallback }))
        );
      },
    );
  }

  /** Records a call, because annotations can contain placeholders for its arguments. */
  call(args: Fields, at: Site): void {
    const cells = args.map((text) =>
      text === undefined ? this.#program.cell() : this.#program.cell({ kind: "text", text }),
    );
    const [receiver, result] = [this.#program.cell(), this.#program.cell()];
    this.#program.recordCall(this.#value, { receiver, args: cells, spread: undefined, result }, at);
  }

  /** Reads the body, unless it was already read with these arguments and variables. @param variables of the caller */
  enter(args: Fields, folder: string, variables: Variables, isCertain: boolean): void {
    const known = this.#seen.size < mostArguments ? args : undefined;
    const values = known === undefined ? [] : this.#names.map((name) => variables.get(name) ?? null);
    const key = JSON.stringify([folder, known ?? null, values]);
    if (this.#seen.has(key) || this.#seen.size > 2 * mostArguments) return;
    this.#seen.add(key);
    this.#body.read(known, folder, new Variables(variables), isCertain);
  }
}

/** The names that a function gives its arguments, as in `local name="$1"`. Positions count from 0. */
function namesOfArguments(body: ShellNode): Map<string, { position: number; fallback: string | undefined }> {
  const names = new Map<string, { position: number; fallback: string | undefined }>();
  each(body, (node) => {
    if (node.type !== "Assignment") return;
    const { name, value } = node as unknown as { name?: string; value?: ShellWord };
    const [, position, fallback] = /^"?\$\{?([1-9])(?::?[-=]([^}$]*)|:?\?[^}]*)?\}?"?$/.exec(value?.text ?? "") ?? [];
    if (name !== undefined && position !== undefined && !names.has(name))
      names.set(name, { position: Number(position) - 1, fallback });
  });
  return names;
}

/** `# requires:` and `# provides:` before a function, after its opening brace, and on separate lines in its body. */
export function commentsOf(
  node: ShellNode,
  text: string,
  lines: readonly number[],
  file: string,
): Pick<Declaration, "requires" | "provides"> {
  const first = lineOf(lines, node.pos);
  const found = { requires: [] as Annotation[], provides: [] as string[] };
  const all = text.split("\n");
  const add = (comment: string, line: number) => {
    found.requires.push(...commentAnnotations(comment, file, line));
    found.provides.push(...providedIn(comment));
  };
  for (let line = first - 1; line >= 1 && /^\s*#/.test(all[line - 1] ?? ""); line--) add(all[line - 1]!, line);
  const last = lineOf(lines, node.end);
  for (let line = first; line <= last; line++) {
    const content = all[line - 1] ?? "";
    if (line === first ? content.includes("#") : /^\s*#/.test(content)) add(content.slice(content.indexOf("#")), line);
  }
  return found;
}
