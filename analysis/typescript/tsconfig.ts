import { dirname, join } from "node:path";
import { ts } from "@ts-morph/common";

/** Options of a tsconfig. Its paths include the aliases of test runners. */
export type ReadOptions = ts.CompilerOptions & { aliases?: Record<string, string[]> };

interface Files {
  fileExists: (path: string) => boolean;
  readFile: (path: string) => string | undefined;
}

export const base: ReadOptions = {
  allowJs: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  resolveJsonModule: false,
  noLib: true,
  types: [],
  customConditions: ["node"],
};

/** At most this many projects that a tsconfig refers to are read for their paths, and only those that it names itself. */
const mostReferences = 20;

/** The options of a tsconfig that say where modules are; undefined if it cannot be read. @param file absolute */
export function readConfig(file: string, files: Files): ReadOptions | undefined {
  const read = parse(file, files);
  if (read === undefined) return undefined;
  const { options, references } = read;
  // `{ "files": [], "references": […] }`: the projects have the paths.
  const paths = pathsOf(options) ?? pathsOfReferences(references, files);
  const { baseUrl, rootDirs, customConditions, outDir, rootDir } = options;
  const kept = { paths, baseUrl, rootDirs, customConditions, outDir, rootDir };
  return { ...base, ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) };
}

function parse(file: string, files: Files) {
  const { config } = ts.readConfigFile(file, (path) => files.readFile(path));
  if (config === undefined) return undefined;
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: true,
    fileExists: files.fileExists,
    readFile: (path) => files.readFile(path),
    readDirectory: () => [],
  };
  const { options, projectReferences } = ts.parseJsonConfigFileContent(config, host, dirname(file));
  return { options: options as ts.CompilerOptions & { pathsBasePath?: string }, references: projectReferences ?? [] };
}

/** The paths of a tsconfig, with absolute targets. */
function pathsOf({ paths, baseUrl, pathsBasePath }: ts.CompilerOptions & { pathsBasePath?: string }) {
  const folder = baseUrl ?? pathsBasePath;
  if (paths === undefined || folder === undefined) return paths;
  return Object.fromEntries(
    Object.entries(paths).map(([name, targets]) => [
      name,
      targets.map((target) => (target.startsWith("/") ? target : join(folder, target))),
    ]),
  );
}

function pathsOfReferences(references: readonly ts.ProjectReference[], files: Files): ts.MapLike<string[]> | undefined {
  const found: ts.MapLike<string[]>[] = [];
  for (const { path } of references.slice(0, mostReferences)) {
    const file = files.fileExists(path) ? path : join(path, "tsconfig.json");
    const options = files.fileExists(file) ? parse(file, files)?.options : undefined;
    const paths = options === undefined ? undefined : pathsOf(options);
    if (paths !== undefined) found.push(paths);
  }
  return found.length === 0 ? undefined : Object.assign({}, ...found.toReversed());
}
