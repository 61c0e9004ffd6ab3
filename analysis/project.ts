import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModuleKind, ModuleResolutionKind, Project, ScriptTarget } from "ts-morph";
import { ambientTypes } from "./ambient.js";

/** What tests import the library by. */
export const libraryName = "holdfast/library";

/** The library's TypeScript sources, found from the sources as well as from the compiled code. */
export const libraryFolder = join(packageRoot(dirname(fileURLToPath(import.meta.url))), "library");

function packageRoot(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : packageRoot(dirname(folder));
}

/** A project over a source's folder that resolves names and checks no types. */
export function openProject(folder: string): Project {
  const project = new Project({
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
    skipLoadingLibFiles: true,
    compilerOptions: {
      noLib: true,
      types: [],
      allowJs: true,
      target: ScriptTarget.ES2022,
      module: ModuleKind.ESNext,
      moduleResolution: ModuleResolutionKind.Bundler,
      allowImportingTsExtensions: true,
      noEmit: true,
      paths: { [libraryName]: [join(libraryFolder, "index.ts")] },
    },
  });
  project.createSourceFile(join(folder, "__ambient.d.ts"), ambientTypes);
  return project;
}
