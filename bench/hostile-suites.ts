/** Suite files that take long to read, or that expand to a huge number of jobs. */
export function hostileSuites(): string[] {
  const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
  return [
    `owner: a@b\ntests:\n${numbers(45_000)
      .map((number) => `  "?${number}": 1`)
      .join("\n")}\n`,
    `owner: ${"[".repeat(200_000)}`,
    `owner: a@b.c\ntests:\n${numbers(500)
      .map((number) => `  t${number}: { test: x, matrix: { a: ${JSON.stringify(numbers(200))} } }`)
      .join("\n")}\n`,
  ];
}
