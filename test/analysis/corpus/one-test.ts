import { type CorpusCase, nfs } from "./corpus.js";

export const lib = { "lib.ts": nfs };
export const imports = 'import { mount, query, free } from "./lib.js";\n';
export const one = (
  name: string,
  text: string,
  requires: string[],
  more: Partial<CorpusCase> & { others?: Record<string, string> } = {},
): CorpusCase => ({
  name,
  files: { "a.test.ts": text, ...lib, ...more.others },
  command: "node --test a.test.ts",
  requires,
  notUnderstood: [],
  ...more,
});
