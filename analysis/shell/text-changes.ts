/** The text of a variable after the change in `${name<change>}`; undefined if the change is not understood. */
export function changedText(text: string, change: string): string | undefined {
  const [, position, length] = /^:(\d+)(?::(\d+))?$/.exec(change) ?? [];
  if (position !== undefined)
    return text.slice(Number(position), length === undefined ? undefined : Number(position) + Number(length));
  switch (change) {
    case ",,":
      return text.toLowerCase();
    case "^^":
      return text.toUpperCase();
    case "^":
      return text.slice(0, 1).toUpperCase() + text.slice(1);
    case ",":
      return text.slice(0, 1).toLowerCase() + text.slice(1);
  }
  const [, cut, pattern] = /^(%%?|##?)(.+)$/s.exec(change) ?? [];
  if (pattern !== undefined) return withoutPart(text, cut!, pattern);
  const [, how, old, replacement = ""] = /^\/([/#%]?)((?:\\.|[^/\\])+)(?:\/(.*))?$/s.exec(change) ?? [];
  if (old === undefined) return undefined;
  const place = { "#": `^(?:${expressionOf(old)})`, "%": `(?:${expressionOf(old)})$` }[how!] ?? expressionOf(old);
  return replaced(text, place, unquoted(replacement), how === "/");
}

function replaced(text: string, expression: string, replacement: string, isGlobal: boolean): string | undefined {
  try {
    return text.replace(new RegExp(expression, isGlobal ? "g" : ""), () => replacement);
  } catch {
    return undefined;
  }
}

/** `%` and `#` remove the shortest end or beginning that matches, `%%` and `##` the longest. */
function withoutPart(text: string, cut: string, pattern: string): string | undefined {
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${expressionOf(pattern)})$`, "s");
  } catch {
    return undefined;
  }
  const isEnd = cut.startsWith("%");
  const lengths = Array.from({ length: text.length + 1 }, (_, index) => index);
  for (const length of cut.length === 2 ? lengths.toReversed() : lengths) {
    const part = isEnd ? text.slice(text.length - length) : text.slice(0, length);
    if (expression.test(part)) return isEnd ? text.slice(0, text.length - length) : text.slice(length);
  }
  return text;
}

/** A pattern of the shell as a regular expression. */
function expressionOf(pattern: string): string {
  return unquoted(pattern)
    .replaceAll(/[.+^${}()|]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
    .replaceAll("[!", "[^");
}

function unquoted(text: string): string {
  return text.replaceAll(/["']|\\(?=.)/g, "");
}
