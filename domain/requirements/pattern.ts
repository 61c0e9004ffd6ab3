/**
 * Whether a name matches a pattern in which `*` stands for any text, `?` for one character; a comma separates alternatives.
 * Both may come from users, so the time grows at most with the product of their lengths.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  return pattern.split(",").some((alternative) => matchesOne(name, alternative.trim()));
}

/** On a mismatch, the last `*` takes one more character. */
function matchesOne(name: string, pattern: string): boolean {
  let [at, place] = [0, 0];
  let [star, taken] = [-1, 0];
  while (at < name.length) {
    const wanted = pattern[place];
    if (wanted === "*") {
      star = place++;
      taken = at;
    } else if (wanted === "?" || wanted === name[at]) {
      at++;
      place++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++taken;
    } else return false;
  }
  while (pattern[place] === "*") place++;
  return place === pattern.length;
}
