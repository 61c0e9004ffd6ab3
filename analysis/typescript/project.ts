import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ModuleKind, ModuleResolutionKind, Project, ScriptTarget } from "ts-morph";
import { ambientTypes } from "./ambient.js";
import { readOnlyFiles } from "./source-files.js";

/** What tests import the library by. */
export const libraryName = "holdfast/library";

/** The root folder of Holdfast, found from the sources as well as from the compiled code. */
export const packageRoot = rootAbove(dirname(fileURLToPath(import.meta.url)));

/** The library's TypeScript sources. */
export const libraryFolder = join(packageRoot, "library");

function rootAbove(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : rootAbove(dirname(folder));
}

/** A project over a source's folder that resolves names and checks no types. It sees that folder and the library only. */
export function openProject(folder: string): Project {
  const project = new Project({
    fileSystem: readOnlyFiles([folder, libraryFolder]),
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
