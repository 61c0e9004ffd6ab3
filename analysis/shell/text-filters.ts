/** The output of commands that select or change the lines of a text; undefined for other commands. */
export function filtered(
  name: string | undefined,
  words: readonly string[],
  input: string | undefined,
  read: (path: string) => string | null,
): string | undefined {
  switch (name) {
    case "sort":
    case "uniq":
    case "tee":
    case "head":
    case "tail":
    case "tac":
      return input;
    case "grep":
    case "egrep":
      return selected(name, words, input, read);
    case "sed":
      return substituted(words, input, read);
    case "cut":
      return input === undefined ? undefined : columns(words, input);
    case "awk":
      return input === undefined ? undefined : column(words, input);
    default:
      return undefined;
  }
}

const longestInput = 200_000;

/** The input, or the text of the files; undefined if it is not known, or too long. */
function textOf(
  files: readonly string[],
  input: string | undefined,
  read: (path: string) => string | null,
): string | undefined {
  const texts = files.map((file) => read(file));
  const text = files.length === 0 ? input : texts.includes(null) ? undefined : texts.join("");
  return text === undefined || text.length > longestInput ? undefined : text;
}

/** `grep -E "^test_"`, with the options that print whole lines or the parts that match. */
function selected(
  name: string,
  words: readonly string[],
  input: string | undefined,
  read: (path: string) => string | null,
): string | undefined {
  const options = words.filter((word) => /^-\w+$/.test(word)).join("");
  if (/[^-EohviweP]/.test(options) || words.some((word) => word.startsWith("--"))) return undefined;
  const [pattern, ...files] = words.filter((word) => !/^-\w+$/.test(word));
  const expression = expressionOf(pattern, name === "egrep" || /[EP]/.test(options), options.includes("i"));
  const text = textOf(files, input, read);
  if (expression === undefined || text === undefined) return undefined;
  const isWanted = (line: string) => expression.test(line) !== options.includes("v");
  const lines = text.split("\n").filter((line) => line !== "" && isWanted(line));
  const printed = options.includes("o") ? lines.map((line) => expression.exec(line)?.[0] ?? "") : lines;
  return printed.map((line) => `${line}\n`).join("");
}

/** `sed -n "s/^old$/new/p"`: one substitution. */
function substituted(
  words: readonly string[],
  input: string | undefined,
  read: (path: string) => string | null,
): string | undefined {
  const options = words.filter((word) => /^-\w+$/.test(word)).join("");
  if (/[^-nEr]/.test(options)) return undefined;
  const [script = "", ...files] = words.filter((word) => !/^-\w+$/.test(word));
  const [, , pattern, replacement = "", flags = ""] =
    /^s(.)((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gp]*)$/.exec(script) ?? [];
  const expression = expressionOf(pattern, /[Er]/.test(options), false);
  const text = textOf(files, input, read);
  if (expression === undefined || text === undefined) return undefined;
  const made = replacement
    .replaceAll("$", "$$$$")
    .replaceAll("&", "$&")
    .replaceAll(/\\(\d)/g, "$$$1");
  const global = flags.includes("g") ? new RegExp(expression.source, "g") : expression;
  const isQuiet = options.includes("n");
  return text
    .split("\n")
    .filter((line) => line !== "" && (!isQuiet || (flags.includes("p") && expression.test(line))))
    .map((line) => `${line.replace(global, made)}\n`)
    .join("");
}

/** A regular expression of grep or sed; undefined if it is not understood. */
function expressionOf(pattern: string | undefined, isExtended: boolean, ignoresCase: boolean): RegExp | undefined {
  if (pattern === undefined) return undefined;
  // In basic expressions, a backslash makes these characters special, and otherwise they are plain.
  const text = isExtended
    ? pattern
    : pattern.replaceAll(/\\?[(){}|+?]/g, (each) => (each.length === 2 ? each[1]! : `\\${each}`));
  const classes = { alnum: "a-zA-Z0-9", alpha: "a-zA-Z", digit: "0-9", space: "\\s", lower: "a-z", upper: "A-Z" };
  const known = text.replaceAll(
    /\[:(alnum|alpha|digit|space|lower|upper):\]/g,
    (_all, name: keyof typeof classes) => classes[name],
  );
  try {
    return new RegExp(known, ignoresCase ? "i" : "");
  } catch {
    return undefined;
  }
}

/** `cut -d" " -f3` */
function columns(words: readonly string[], input: string): string | undefined {
  const all = words.join(" ");
  const [, delimiter = "\t"] = /-d ?(.)/.exec(all) ?? [];
  const [, number] = /-f ?(\d+)$/.exec(all.replace(/-d ?./, "").trim()) ?? [];
  return number === undefined ? undefined : pick(input, (line) => line.split(delimiter)[Number(number) - 1]);
}

/** `awk '{print $3}'` */
function column(words: readonly string[], input: string): string | undefined {
  const [, pattern, number] = /^(?:\/(.+)\/\s*)?\{\s*print\s+\$(\d+|NF)\s*;?\s*\}$/.exec(words.at(-1) ?? "") ?? [];
  const wanted = pattern === undefined ? undefined : expressionOf(pattern, true, false);
  const [, given] = /^-F(.)$/.exec(words[0] ?? "") ?? [];
  const separator = given ?? (words[0] === "-F" ? words[1] : undefined) ?? /\s+/;
  if (number === undefined || (pattern !== undefined && wanted === undefined)) return undefined;
  const lines =
    wanted === undefined
      ? input
      : input
          .split("\n")
          .filter((line) => wanted.test(line))
          .join("\n");
  return pick(lines, (line) => {
    const fields = line.trim().split(separator);
    return number === "NF" ? fields.at(-1) : number === "0" ? line : fields[Number(number) - 1];
  });
}

function pick(input: string, of: (line: string) => string | undefined): string {
  return input
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => `${of(line) ?? ""}\n`)
    .join("");
}
