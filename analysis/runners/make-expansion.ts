const deepest = 20;
const longest = 20_000;

/** The text for an unknown value. It is a variable that the shell does not know either. */
const unknown = "${unknown}";

type Words = readonly string[];

const wordsIn = (text: string): Words => text.trim().split(/\s+/).filter(Boolean);
const perWord = (list: string, change: (word: string) => string): string => wordsIn(list).map(change).join(" ");

/** `%.c` to `%.o` */
function replacedPattern(from: string, to: string, word: string): string {
  const [before = "", after] = from.split("%");
  if (after === undefined) return word === from ? to : word;
  if (!word.startsWith(before) || !word.endsWith(after) || word.length < before.length + after.length) return word;
  return to.replace("%", word.slice(before.length, word.length - after.length));
}

function fits(patterns: string, word: string): boolean {
  return wordsIn(patterns).some((pattern) => replacedPattern(pattern, "\u0000", word) === "\u0000" || pattern === word);
}

/** Functions of make whose arguments are expanded before the call. */
const functions: Readonly<Record<string, (args: Words) => string>> = {
  subst: ([from = "", to = "", text = ""]) => (from === "" ? text : text.replaceAll(from, to)),
  patsubst: ([from = "", to = "", list = ""]) => perWord(list, (word) => replacedPattern(from, to, word)),
  strip: ([text = ""]) => wordsIn(text).join(" "),
  filter: ([patterns = "", list = ""]) =>
    wordsIn(list)
      .filter((word) => fits(patterns, word))
      .join(" "),
  "filter-out": ([patterns = "", list = ""]) =>
    wordsIn(list)
      .filter((word) => !fits(patterns, word))
      .join(" "),
  sort: ([list = ""]) => [...new Set(wordsIn(list))].sort().join(" "),
  word: ([number = "", list = ""]) => wordsIn(list)[Number(number) - 1] ?? "",
  firstword: ([list = ""]) => wordsIn(list)[0] ?? "",
  lastword: ([list = ""]) => wordsIn(list).at(-1) ?? "",
  dir: ([list = ""]) => perWord(list, (word) => word.slice(0, word.lastIndexOf("/") + 1) || "./"),
  notdir: ([list = ""]) => perWord(list, (word) => word.slice(word.lastIndexOf("/") + 1)),
  basename: ([list = ""]) => perWord(list, (word) => word.replace(/\.[^./]*$/, "")),
  suffix: ([list = ""]) => perWord(list, (word) => /\.[^./]*$/.exec(word)?.[0] ?? ""),
  addprefix: ([prefix = "", list = ""]) => perWord(list, (word) => prefix + word),
  addsuffix: ([suffix = "", list = ""]) => perWord(list, (word) => word + suffix),
  abspath: ([list = ""]) => list,
  realpath: ([list = ""]) => list,
};

/** Resolves names while a text is expanded. */
export interface MakeNames {
  /** The value of a variable, before its expansion. */
  variable: (name: string) => string | undefined;
  /** The files that match patterns, separated by spaces. */
  wildcard: (patterns: string) => string;
}

/**
 * Replaces `$(NAME)`, `${NAME}`, `$@`, `$(call name,…)` and so on by their values. A name without a value becomes a shell
 * variable without a value.
 */
export function expandMake(text: string, names: MakeNames): string {
  const expanded = expand(text, names, 0);
  return expanded.length < longest ? expanded.replaceAll("$$", "$") : "";
}

function expand(text: string, names: MakeNames, depth: number): string {
  if (depth > deepest) return "";
  let made = "";
  let at = 0;
  while (at < text.length && made.length < longest) {
    const next = text.indexOf("$", at);
    if (next < 0) return made + text.slice(at);
    made += text.slice(at, next);
    const open = text[next + 1] ?? "";
    if (open === "(" || open === "{") {
      const end = closing(text, next + 1);
      if (end < 0) return made + text.slice(next);
      made += reference(text.slice(next + 2, end), open === "{", names, depth);
      at = end + 1;
    } else {
      made += /[@<^*?+%\d]/.test(open) ? (names.variable(open) ?? unknown) : `$${open}`;
      at = next + 2;
    }
  }
  return made;
}

/** The position of the parenthesis that closes the one at `start`. */
function closing(text: string, start: number): number {
  const [open, close] = text[start] === "(" ? ["(", ")"] : ["{", "}"];
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === open) depth++;
    else if (text[at] === close && --depth === 0) return at;
  }
  return -1;
}

/** The arguments of a function. Commas within parentheses do not separate them. */
function argumentsIn(text: string): string[] {
  const args = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "(" || char === "{") depth++;
    else if (char === ")" || char === "}") depth--;
    if (char === "," && depth === 0) args.push("");
    else args[args.length - 1] += char;
  }
  return args;
}

function reference(inner: string, isCurly: boolean, names: MakeNames, depth: number): string {
  const [, name, rest = ""] = /^([a-z-]+)[ \t]+(.*)$/s.exec(inner) ?? [];
  const of = (text: string, own = names) => expand(text, own, depth + 1);
  if (name === "foreach") {
    const [variable = "", list = "", body = ""] = argumentsIn(rest);
    const own = of(variable).trim();
    const each = (word: string) =>
      of(body, { ...names, variable: (key) => (key === own ? word : names.variable(key)) });
    return wordsIn(of(list)).map(each).join(" ");
  }
  if (name === "call") {
    const [called = "", ...args] = argumentsIn(rest).map((arg) => of(arg));
    const body = names.variable(called.trim());
    const variable = (key: string) => (/^\d$/.test(key) ? (args[Number(key) - 1] ?? "") : names.variable(key));
    return body === undefined ? unknown : of(body, { ...names, variable });
  }
  if (name === "wildcard") return names.wildcard(of(rest));
  if (name === "if" || name === "or" || name === "and") return condition(name, argumentsIn(rest), of);
  const known = name === undefined ? undefined : functions[name];
  if (known !== undefined) return known(argumentsIn(rest).map((arg) => of(arg)));
  if (name !== undefined) return unknown;
  const [own = "", from, to] = of(inner).split(/[:=](?=[^=:]*(?:=|$))/);
  const value = names.variable(own);
  // `${name}` stays, because the shell does not know it either.
  if (value === undefined) return isCurly || /^[\w.-]+$/.test(own) ? `\${${own}}` : unknown;
  const text = of(value);
  // `$(SOURCES:.c=.o)`
  if (from === undefined || to === undefined) return text;
  return perWord(text, (word) =>
    from.includes("%")
      ? replacedPattern(from, to, word)
      : word.endsWith(from)
        ? word.slice(0, -from.length) + to
        : word,
  );
}

function condition(name: string, args: readonly string[], of: (text: string) => string): string {
  if (name === "if") return of((of(args[0] ?? "").trim() === "" ? args[2] : args[1]) ?? "");
  const values = args.map((arg) => of(arg).trim());
  if (name === "or") return values.find((value) => value !== "") ?? "";
  return values.includes("") ? "" : (values.at(-1) ?? "");
}
