import { ts } from "@ts-morph/common";

/** The export condition of packages for a file: `require` for CommonJS; empty otherwise, which means `import`. */
export function conditionFor(file: string): "" | "require" {
  return /\.c[jt]s$/.test(file) ? "require" : "";
}

/** The file to which a specifier resolves; undefined if there is none. */
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
