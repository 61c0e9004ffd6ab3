import { ts } from "@ts-morph/common";

/** What packages export to a file: `require` for CommonJS, else `import`. */
export function conditionFor(file: string): "" | "require" {
  return /\.c[jt]s$/.test(file) ? "require" : "";
}

/** The file that a specifier leads to; undefined if there is none. */
export function resolveModule(
  specifier: string,
  importer: string,
  options: ts.CompilerOptions,
  host: ts.ModuleResolutionHost,
): string | undefined {
  const mode = conditionFor(importer) === "require" ? ts.ModuleKind.CommonJS : undefined;
  const { resolvedModule } = ts.resolveModuleName(specifier, importer, options, host, undefined, undefined, mode);
  return resolvedModule?.resolvedFileName;
}
