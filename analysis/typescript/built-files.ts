import { join, relative } from "node:path";

/** Folders into which packages are mostly built. */
const output = /^(?:dist|build|lib|out|output|es|esm|cjs)$/;
/** Folders in them, one for each format of modules. */
const format = /^(?:cjs|esm|es|mjs|umd|commonjs|module|node|browser|types|src)$/;
const sourceFolders = ["src", "source", "lib", "."];

/** Where a package is built, as its tsconfig says. Paths are absolute. */
export interface BuildFolders {
  outDir?: string | undefined;
  rootDir?: string | undefined;
}

/** Whether a path may be that of a file that is built later. */
export function mayBeBuilt(path: string): boolean {
  return /\/(?:dist|build|lib|out|output|es|esm|cjs)(?:\/|$)/.test(path) && !path.includes("/node_modules/");
}

/**
 * Where the source of a file may be that is built later, the likeliest place first. The same applies to folders.
 * @param path absolute
 * @param folder the folder of its package
 */
export function sourcesOfBuilt(path: string, folder: string, folders: BuildFolders): string[] {
  // `index.mjs` may be made from `index.ts`.
  const plain = path.replace(/\.[cm]ts$/, ".ts");
  return [...new Set([path, plain])].flatMap((each) => sourcesIn(each, folder, folders));
}

function sourcesIn(path: string, folder: string, { outDir, rootDir }: BuildFolders): string[] {
  const places: string[] = [];
  if (outDir !== undefined && (path === outDir || path.startsWith(`${outDir}/`))) {
    const inside = relative(outDir, path);
    places.push(
      ...(rootDir === undefined ? sourceFolders.map((each) => join(folder, each)) : [rootDir]).map((each) =>
        join(each, inside),
      ),
    );
  }
  const [first = "", ...rest] = relative(folder, path).split("/");
  if (output.test(first)) {
    const inside = [rest, ...(format.test(rest[0] ?? "") ? [rest.slice(1)] : [])];
    for (const parts of inside)
      for (const each of sourceFolders) if (each !== first) places.push(join(folder, each, ...parts));
  }
  return places;
}
