/** Whether a name matches a pattern in which `*` stands for any text, `?` for one character; a comma separates alternatives. */
export function matchesPattern(name: string, pattern: string): boolean {
  return pattern.split(",").some((alternative) => toExpression(alternative.trim()).test(name));
}

function toExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}
