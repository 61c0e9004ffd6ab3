import { inSource, relativeFolder } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import type { Entry } from "./entry.js";
import { expandMake } from "./make-expansion.js";

const largest = 200_000;
const mostTargets = 200;
const mostFiles = 50;

/** The commands that `make` runs: the recipes of its targets and of their prerequisites. */
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
  if (file === undefined) return undefined;
  const make = new Makefile(view, place);
  for (const [variable, value] of given) make.give(variable, value);
  make.read(file);
  return make.recipesOf(targets)?.map(([own, text]): Entry => ({
    language: "command",
    text,
    folder: place,
    file: own,
    countsCommands: true,
  }));
}

/** A condition in a makefile. */
interface Branch {
  /** Whether the lines of this branch count. */
  isTaken: boolean;
  /** Whether this or an earlier branch of the same condition counts. */
  wasTaken: boolean;
}

interface Rule {
  needs: string[];
  /** The lines of the recipe, with their places. */
  recipe: { file: string; number: number; text: string }[];
}

/** A makefile together with the makefiles that it includes. */
class Makefile {
  readonly variables = new Map<string, string>([
    ["MAKE", "make"],
    ["CURDIR", "."],
  ]);
  readonly #view: SourceView;
  readonly #folder: string;
  readonly #rules = new Map<string, Rule>();
  /** Variables that have a value only for one target and its prerequisites. */
  readonly #targetVariables = new Map<string, Readonly<Record<string, string>>>();
  readonly #given = new Set<string>();
  readonly #lengths = new Map<string, number>();
  #first: string | undefined;

  constructor(view: SourceView, folder: string) {
    this.#view = view;
    this.#folder = folder;
  }

  /** Sets a variable of the command line. No line of a makefile changes it. */
  give(variable: string, value: string): void {
    this.variables.set(variable, value);
    this.#given.add(variable);
  }

  read(file: string): void {
    const text = this.#lengths.has(file) || this.#lengths.size > mostFiles ? null : this.#view.read(file);
    if (text === null || text.length > largest) return;
    const lines = text.split("\n");
    this.#lengths.set(file, lines.length);
    let current: Rule[] = [];
    let begun = "";
    let isRecipe = false;
    const branches: Branch[] = [];
    let defined: { name: string; lines: string[] } | undefined;
    for (const [number, text] of lines.entries()) {
      const [, name] = /^\s*define\s+([\w.-]+)/.exec(text) ?? [];
      if (defined === undefined && name !== undefined) {
        defined = { name, lines: [] };
        continue;
      }
      if (defined !== undefined) {
        if (/^\s*endef\b/.test(text)) {
          this.variables.set(defined.name, defined.lines.join("\n"));
          defined = undefined;
        } else defined.lines.push(text.replace(/^\t/, ""));
        continue;
      }
      const condition = /^[ ]*(ifeq|ifneq|ifdef|ifndef|else|endif)\b[ \t]*(.*)$/.exec(text);
      if (condition !== null && begun === "") {
        this.#condition(condition[1]!, condition[2]!.trim(), branches);
        continue;
      }
      if (branches.some(({ isTaken }) => !isTaken)) continue;
      const isContinued = number > 0 && lines[number - 1]!.endsWith("\\");
      if (begun === "" && (text.startsWith("\t") || (isRecipe && isContinued))) {
        isRecipe = true;
        for (const rule of current) rule.recipe.push({ file, number, text });
        continue;
      }
      isRecipe = false;
      begun += text.replace(/\\$/, " ");
      if (text.endsWith("\\")) continue;
      current = this.#line(begun, { file, number }) ?? current;
      begun = "";
    }
  }

  /** Handles `ifeq`, `else` and the like. */
  #condition(word: string, text: string, branches: Branch[]): void {
    if (word === "endif") return void branches.pop();
    const own = branches.at(-1);
    if (word === "else" && own !== undefined) {
      const [, next, rest = ""] = /^(if\w+)\s*(.*)$/.exec(text) ?? [];
      own.isTaken = !own.wasTaken && (next === undefined || this.#holds(next, rest));
      own.wasTaken ||= own.isTaken;
      return;
    }
    const isTaken = this.#holds(word, text);
    branches.push({ isTaken, wasTaken: isTaken });
  }

  #holds(word: string, text: string): boolean {
    if (word === "ifdef" || word === "ifndef")
      return (this.variables.has(text) && this.variables.get(text) !== "") === (word === "ifdef");
    const [, one, other] = /^\(([^,]*),(.*)\)$/.exec(text) ?? /^["']([^"']*)["']\s+["']([^"']*)["']$/.exec(text) ?? [];
    const plain = (side = "") =>
      this.#expand(side)
        .replaceAll(/\$\{\w+\}/g, "")
        .trim();
    return (plain(one) === plain(other)) === (word === "ifeq");
  }

  /** @returns the rules that a line begins */
  #line(line: string, place: { file: string; number: number }): Rule[] | undefined {
    const [, included] = /^\s*-?s?include\s+([^#]*)/.exec(line) ?? [];
    for (const each of included?.trim().split(/\s+/) ?? [])
      for (const file of this.#view.expand(inSource(this.#folder, this.#expand(each)))) this.read(file);
    if (included !== undefined) return undefined;
    const assignment = /^\s*(?:export\s+|override\s+)?([\w.-]+)\s*([:?+]?|::)=(.*)$/.exec(line);
    if (assignment !== null) {
      const [, name = "", operator, value = ""] = assignment;
      if (this.#given.has(name)) return undefined;
      const before = this.variables.get(name);
      const text = value.split(" #")[0]!.trim();
      if (operator === "+" && before !== undefined) this.variables.set(name, `${before} ${text}`);
      else if (operator !== "?" || before === undefined) this.variables.set(name, text);
      if (name === ".DEFAULT_GOAL") this.#first = text;
      return undefined;
    }
    const ofTarget = /^([^\s#:=][^#:=]*):\s*(?:export\s+)?([\w.-]+)\s*[:?+]?=(.*)$/.exec(line);
    if (ofTarget !== null) {
      const [, targets = "", name = "", value = ""] = ofTarget;
      for (const target of this.#expand(targets).trim().split(/\s+/))
        this.#targetVariables.set(target, { ...this.#targetVariables.get(target), [name]: value.trim() });
      return undefined;
    }
    const rule = /^([^\s#:=][^#:=]*)::?([^=].*|)$/.exec(line);
    if (rule === null) return undefined;
    const [before = "", command] = rule[2]!.split("#")[0]!.split(/;(.*)/s);
    const names = this.#expand(rule[1]!).trim().split(/\s+/);
    const needs = this.#expand(before.replaceAll("|", " ")).trim().split(/\s+/).filter(Boolean);
    if (names[0] !== undefined && !names[0].startsWith(".") && !names[0].includes("%")) this.#first ??= names[0];
    return names.map((name) => {
      const known = this.#rules.get(name) ?? { needs: [], recipe: [] };
      known.needs.push(...needs);
      if (command !== undefined && command.trim() !== "") known.recipe.push({ ...place, text: `\t${command}` });
      this.#rules.set(name, known);
      return known;
    });
  }

  /** The rule for a target: its own rule, or a pattern rule such as `test-%`, with the text that `%` matches. */
  #ruleFor(target: string): { rule: Rule; stem: string } | undefined {
    const own = this.#rules.get(target);
    if (own !== undefined && own.recipe.length > 0) return { rule: own, stem: "" };
    for (const [name, rule] of this.#rules) {
      const [before, after, ...more] = name.split("%");
      if (after === undefined || more.length > 0 || rule.recipe.length === 0) continue;
      if (!target.startsWith(before!) || !target.endsWith(after) || target.length < name.length) continue;
      const stem = target.slice(before!.length, target.length - after.length);
      return { rule: { ...rule, needs: [...(own?.needs ?? []), ...rule.needs] }, stem };
    }
    return own === undefined ? undefined : { rule: own, stem: "" };
  }

  /**
   * The commands of targets and their prerequisites, by file. Each command keeps the line that it has in the makefile.
   * Undefined if none of the targets exists.
   */
  recipesOf(targets: readonly string[]): [file: string, text: string][] | undefined {
    const wanted = new Set(targets.length > 0 ? targets : this.#first === undefined ? [] : this.#first.split(/\s+/));
    if (![...wanted].some((name) => this.#ruleFor(name) !== undefined)) return undefined;
    const lines = new Map([...this.#lengths].map(([file, count]) => [file, Array.from({ length: count }, () => "")]));
    for (const target of wanted) {
      const found = this.#ruleFor(target);
      if (found === undefined) continue;
      const needs = found.rule.needs.map((need) => need.replace("%", found.stem));
      const ownValues = this.#targetVariables.get(target);
      for (const need of needs) {
        if (wanted.size < mostTargets) wanted.add(need);
        if (ownValues !== undefined)
          this.#targetVariables.set(need, { ...ownValues, ...this.#targetVariables.get(need) });
      }
      const isOneShell = this.#rules.has(".ONESHELL");
      const known = { ...ownValues, "@": target, "<": needs[0] ?? "", "^": needs.join(" "), "*": found.stem };
      let isOpen = false;
      for (const [index, { file, number, text }] of found.rule.recipe.entries()) {
        const command = this.#expand(isOpen ? text : text.replace(/^\t\s*[@+-]*\s*/, ""), known);
        const isLast = index === found.rule.recipe.length - 1;
        const isContinued = text.endsWith("\\") || (isOneShell && !isLast);
        // Each command runs in its own shell. A pattern rule can run several times, so a line can hold several commands.
        lines.get(file)![number] += `${isOpen ? "" : "( "}${command}${isContinued ? "" : " ); "}`.replace(/; $/, ";");
        isOpen = isContinued;
      }
    }
    return [...lines].filter(([, all]) => all.some(Boolean)).map(([file, all]) => [file, all.join("\n")]);
  }

  #expand(text: string, own: Readonly<Record<string, string>> = {}): string {
    return expandMake(text, {
      variable: (name) => own[name] ?? this.variables.get(name),
      wildcard: (patterns) =>
        patterns
          .trim()
          .split(/\s+/)
          .flatMap((pattern) => this.#view.expand(inSource(this.#folder, pattern)))
          .map((file) => relativeFolder(this.#folder, file))
          .join(" "),
    });
  }
}
