import { createRequire } from "node:module";
import { Language, Parser } from "web-tree-sitter";
let parser: Promise<Parser> | undefined;

async function makeParser(): Promise<Parser> {
  await Parser.init();
  const wasm = createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm");
  const made = new Parser();
  made.setLanguage(await Language.load(wasm));
  return made;
}

/** The parser, loaded once for the process. */
export async function parsePython(): Promise<Parser> {
  parser ??= makeParser();
  return parser;
}
