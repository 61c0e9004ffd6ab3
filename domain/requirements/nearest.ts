/** The word of a list with the smallest Levenshtein distance. */
export function nearest(word: string, words: readonly string[]): string {
  const ranked = words.map((each) => ({ each, distance: distanceOf(word.toLowerCase(), each.toLowerCase()) }));
  return ranked.sort((left, right) => left.distance - right.distance)[0]?.each ?? "none";
}

function distanceOf(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[right.length]!;
}
