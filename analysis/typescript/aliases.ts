import { join } from "node:path";

const longestConfig = 50_000;
const configs = [
  "package.json",
  ...["js", "cjs", "mjs", "ts", "json"].map((end) => `jest.config.${end}`),
  ...["ts", "mts", "js", "mjs"].flatMap((end) => [`vitest.config.${end}`, `vite.config.${end}`]),
];

/**
 * Names that jest (`moduleNameMapper`) and vite (`resolve.alias`) give to folders and files, in the form of a tsconfig's
 * `paths`. They are read from the text, because the configuration is not run.
 */
export function aliasesIn(folder: string, read: (path: string) => string | undefined): Record<string, string[]> {
  const paths: Record<string, string[]> = {};
  for (const name of configs) {
    const text = (read(join(folder, name)) ?? "").slice(0, longestConfig).replaceAll(/[ \t]+/g, " ");
    const mapper = /moduleNameMapper["']?\s*:\s*\{([^}]*)\}/.exec(text)?.[1] ?? "";
    for (const [, pattern, target] of mapper.matchAll(/["']([^"'\n]+)["']\s*:\s*\[?\s*["']([^"'\n]+)["']/g)) {
      const [, prefix, rest = ""] = /^\^?([\w@~#/-]*)(\(\.[*+]\))?\$?$/.exec(pattern!) ?? [];
      if (prefix === undefined) continue;
      const path = target!.replace(/^<rootDir>\/?/, "").replace("$1", "*");
      paths[rest === "" ? prefix : `${prefix}*`] = [join(folder, path)];
    }
    const alias = name.startsWith("vite") ? (/\balias\s*:\s*\{([^}]*)\}/.exec(text)?.[1] ?? "") : "";
    for (const [, key, value] of alias.matchAll(
      /(?:^|[,{\n])\s*["']?([@~#\w/-]+)["']?\s*:\s*((?:[^,\n()]|\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\))*)/g,
    )) {
      const target = [...value!.matchAll(/["']([^"']*)["']/g)].at(-1)?.[1];
      if (target === undefined) continue;
      const path = join(folder, target);
      paths[key!] = [path];
      paths[`${key!.replace(/\/$/, "")}/*`] = [join(path, "*")];
    }
  }
  return paths;
}
