import { casesOf, nfs } from "./corpus.js";

export const lib = { "lib.ts": nfs };
export const imports = 'import { mount, query, free } from "./lib.js";\n';
export const one = casesOf("", "a.test.ts", lib, "node --test a.test.ts");
