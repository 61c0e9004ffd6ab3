import { existsSync, readFileSync } from "node:fs";
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from "node:module";
import { fileURLToPath } from "node:url";

const library = new URL("../index.js", import.meta.url).href;
const typescript = /\.[cm]?tsx?$/;

type NextResolve = (specifier: string, context?: Partial<ResolveHookContext>) => Promise<ResolveFnOutput>;
type NextLoad = (url: string, context?: Partial<LoadHookContext>) => Promise<LoadFnOutput>;

/** Resolves the name of the library, and finds `./x.ts` if a test imports `./x.js`. */
export async function resolve(
  specifier: string,
  context: ResolveHookContext,
  next: NextResolve,
): Promise<ResolveFnOutput> {
  if (specifier === "holdfast/library") return { url: library, shortCircuit: true };
  const fromTypescript = context.parentURL !== undefined && typescript.test(context.parentURL);
  if (fromTypescript && /^\.{1,2}\//.test(specifier)) {
    const source = sourceFor(new URL(specifier, context.parentURL));
    if (source !== undefined) return next(source);
  }
  return next(specifier, context);
}

function sourceFor(url: URL): string | undefined {
  if (existsSync(fileURLToPath(url)) && /\.\w+$/.test(url.pathname)) return undefined;
  const candidates = [
    url.href.replace(/\.([cm]?)jsx?$/, ".$1ts"),
    url.href.replace(/\.jsx?$/, ".tsx"),
    `${url.href}.ts`,
    `${url.href}/index.ts`,
  ];
  return candidates.find((candidate) => candidate !== url.href && existsSync(fileURLToPath(candidate)));
}

/** Compiles TypeScript to CommonJS or an ES module, as it is written. */
export async function load(url: string, context: LoadHookContext, next: NextLoad): Promise<LoadFnOutput> {
  if (!url.startsWith("file:") || !typescript.test(url)) return next(url, context);
  const file = fileURLToPath(url);
  const text = readFileSync(file, "utf8");
  const isCommonJs =
    file.endsWith(".cts") ||
    (!file.endsWith(".mts") &&
      !/^\s*(import|export)\b/m.test(text) &&
      /\b(require\s*\(|module\.exports|exports\.)/.test(text));
  const { transformSync } = await import("@swc/core");
  const { code } = transformSync(text, {
    filename: file,
    swcrc: false,
    configFile: false,
    sourceMaps: "inline",
    jsc: {
      target: "es2022",
      parser: { syntax: "typescript", tsx: file.endsWith("x"), decorators: true },
      keepClassNames: true,
    },
    module: { type: isCommonJs ? "commonjs" : "es6" },
  });
  return { format: isCommonJs ? "commonjs" : "module", source: code, shortCircuit: true };
}
