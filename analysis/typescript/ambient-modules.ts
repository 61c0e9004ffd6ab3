import { ts } from "@ts-morph/common";

const mostFiles = 500;
/** Precedes the module's name in a path. TypeScript treats the whole path as a declaration file. */
const mark = "?module=";

/**
 * The code of each `declare module "name" { … }`, by a separate path. The rest of its file is blank, so line numbers stay
 * the same.
 * @param files absolute paths
 */
export function ambientModules(
  files: readonly string[],
  read: (path: string) => string | undefined,
): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  for (const file of files.filter((each) => /\.d\.[cm]?ts$/.test(each)).slice(0, mostFiles)) {
    const text = read(file);
    if (text === undefined || !/\bdeclare\s+module\s*["']/.test(text)) continue;
    for (const each of ts.createSourceFile(file, text, ts.ScriptTarget.ESNext).statements) {
      if (!ts.isModuleDeclaration(each) || !ts.isStringLiteral(each.name)) continue;
      const { body } = each;
      if (body === undefined || !ts.isModuleBlock(body)) continue;
      const before = text.slice(0, body.statements.pos).replaceAll(/[^\n]/g, " ");
      modules.set(
        `${file}${mark}${each.name.text}/index.d.ts`,
        before + text.slice(body.statements.pos, body.statements.end),
      );
    }
  }
  return modules;
}

/** The path of an ambient module's code; undefined if there is none. */
export function ambientFile(name: string, modules: ReadonlyMap<string, string>): string | undefined {
  const end = `${mark}${name}/index.d.ts`;
  return [...modules.keys()].find((path) => path.endsWith(end));
}

/** The real file that contains the code of a path. */
export function fileOfAmbient(path: string): string {
  return path.split(mark, 1)[0]!;
}
