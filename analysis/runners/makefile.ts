import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import type { Entry } from "./entry.js";

const largest = 200_000;
const mostTargets = 200;
const deepestNames = 10;
const longestLine = 20_000;

/** What `make` runs: the recipes of its targets and of what they depend on. */
export function ofMake(view: SourceView, args: readonly string[], folder: string): Entry[] | undefined {
  let place = folder;
  let name: string | undefined;
  const targets: string[] = [];
  const given = new Map<string, string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    const assignment = /^(\w+)=(.*)$/s.exec(arg);
    if (arg === "-C" || arg === "--directory") place = inSource(place, args[++index] ?? ".");
    else if (arg === "-f" || arg === "--file" || arg === "--makefile") name = args[++index];
    else if (arg === "-j" && /^\d+$/.test(args[index + 1] ?? "")) index++;
    else if (assignment !== null) given.set(assignment[1]!, assignment[2]!);
    else if (!arg.startsWith("-")) targets.push(arg);
  }
  const file = (name === undefined ? ["GNUmakefile", "makefile", "Makefile"] : [name])
    .map((each) => inSource(place, each))
    .find((each) => view.isFile(each));
  const text = file === undefined ? null : view.read(file);
  if (file === undefined || text === null || text.length > largest) return undefined;
  const recipes = readMakefile(text, targets, given);
  return recipes === undefined
    ? undefined
    : [{ language: "command", text: recipes, folder: place, file, countsCommands: true }];
}

interface Rule {
  needs: string[];
  /** Numbers of the lines of its recipe, from 0. */
  recipe: number[];
}

/** The commands of targets, each on the line where the makefile has it; undefined if it has no such target. */
function readMakefile(
  text: string,
  targets: readonly string[],
  given: ReadonlyMap<string, string>,
): string | undefined {
  const lines = text.split("\n");
  const variables = new Map<string, string>([["MAKE", "make"]]);
  const rules = new Map<string, Rule>();
  let [current, first]: [Rule[], string | undefined] = [[], undefined];
  let begun = "";
  for (const [number, text] of lines.entries()) {
    const isRecipe = current[0]?.recipe.at(-1) === number - 1 && lines[number - 1]!.endsWith("\\");
    if (begun === "" && (text.startsWith("\t") || isRecipe)) {
      for (const rule of current) rule.recipe.push(number);
      continue;
    }
    begun += text.replace(/\\$/, " ");
    if (text.endsWith("\\")) continue;
    const line = begun;
    begun = "";
    const assignment = /^\s*(?:export\s+|override\s+)?([\w.-]+)\s*([:?+]?|::)=(.*)$/.exec(line);
    if (assignment !== null) {
      const [, name = "", operator, value = ""] = assignment;
      const before = variables.get(name);
      const text = value.split(" #")[0]!.trim();
      if (operator === "+" && before !== undefined) variables.set(name, `${before} ${text}`);
      else if (operator !== "?" || before === undefined) variables.set(name, text);
      if (name === ".DEFAULT_GOAL") first = text;
      continue;
    }
    const rule = /^([^\s#:=][^#:=]*)::?([^=].*|)$/.exec(line);
    if (rule === null) continue;
    const names = expand(rule[1]!, variables).trim().split(/\s+/);
    const needs = expand(rule[2]!.split(/[#;|]/)[0]!, variables).trim().split(/\s+/).filter(Boolean);
    current = names.map((name) => {
      const known = rules.get(name) ?? { needs: [], recipe: [] };
      known.needs.push(...needs);
      rules.set(name, known);
      return known;
    });
    if (names[0] !== undefined && !names[0].startsWith(".")) first ??= names[0];
  }
  for (const [name, value] of given) variables.set(name, value);
  const wanted = new Set(targets.length > 0 ? targets : first === undefined ? [] : [first]);
  if (![...wanted].some((name) => rules.has(name))) return undefined;
  const run = new Set<number>();
  for (const name of wanted) {
    const rule = rules.get(name);
    for (const number of rule?.recipe ?? []) run.add(number);
    for (const need of rule?.needs ?? []) if (wanted.size < mostTargets) wanted.add(need);
  }
  return lines
    .map((line, number) => (run.has(number) ? recipeLine(line, lines[number - 1], variables) : ""))
    .join("\n");
}

/** A command of a recipe. Each line has a shell of its own. */
function recipeLine(line: string, before: string | undefined, variables: ReadonlyMap<string, string>): string {
  const isContinued = before?.endsWith("\\") === true;
  const command = expand(isContinued ? line : line.replace(/^\t\s*[@+-]*\s*/, ""), variables);
  return `${isContinued ? "" : "( "}${command}${line.endsWith("\\") ? "" : " )"}`;
}

/** Puts values in place of `$(NAME)` and `${NAME}`. A name without a value becomes a shell variable without a value. */
function expand(text: string, variables: ReadonlyMap<string, string>): string {
  let now = text;
  for (let round = 0; round < deepestNames && now.length < longestLine; round++) {
    const next = now
      .replaceAll(/\$\(([\w.-]+)\)|\$\{([\w.-]+)\}/g, (all, round?: string, curly?: string) => {
        const name = round ?? curly ?? "";
        // `${name}` stays: the shell does not know it either.
        return variables.get(name) ?? (round === undefined ? all : `\${${name}}`);
      })
      // Functions of make, the inner ones first.
      .replaceAll(/\$\([a-z]+[ ,][^()]*\)|(?<!\$)\$[@<^*?+%]/g, "${unknown}");
    if (next === now) break;
    now = next;
  }
  return now.length < longestLine ? now.replaceAll("$$", "$") : "";
}
