import { join } from "node:path";

const longestConfig = 50_000;
const jestConfigs = ["package.json", ...["js", "cjs", "mjs", "ts", "json"].map((end) => `jest.config.${end}`)];
const viteConfigs = ["ts", "mts", "js", "mjs"].flatMap((end) => [`vitest.config.${end}`, `vite.config.${end}`]);
const babelConfigs = [
  "package.json",
  ".babelrc",
  ".babelrc.json",
  ".babelrc.js",
  ...["js", "cjs", "mjs", "json"].map((end) => `babel.config.${end}`),
];

/** Names and folders in the form of a tsconfig's `paths`. */
type Paths = Record<string, string[]>;

/**
 * Names that configurations give to folders and files, in the form of a tsconfig's `paths`: `moduleNameMapper` and the folders
 * of modules in jest, `resolve.alias` in vite, `module-resolver` in Babel, `_moduleAliases` of the package `module-alias`. They
 * are read from the text, because the configuration is not run.
 */
export function aliasesIn(folder: string, read: (path: string) => string | undefined): Paths {
  const texts = new Map<string, string>();
  const text = (name: string): string => {
    const known =
      texts.get(name) ?? (read(join(folder, name)) ?? "").slice(0, longestConfig).replaceAll(/[ \t]+/g, " ");
    texts.set(name, known);
    return known;
  };
  const paths: Paths = {};
  for (const name of jestConfigs) Object.assign(paths, jestNames(folder, text(name)));
  for (const name of viteConfigs)
    Object.assign(paths, names(folder, section(text(name), "alias")), listed(folder, text(name)));
  for (const name of babelConfigs) {
    const config = text(name);
    if (!config.includes("module-resolver")) continue;
    Object.assign(paths, names(folder, section(config, "alias")), bareNames(folder, list(config, "root")));
  }
  return Object.assign(paths, names(folder, section(text("package.json"), "_moduleAliases")));
}

function jestNames(folder: string, config: string): Paths {
  const root = join(folder, /\brootDir["']? ?: ?["'`](?:<rootDir>\/?)?([^"'`\n]+)["'`]/.exec(config)?.[1] ?? "");
  const below = (path: string) => path.replace(/^<rootDir>\/?/, "");
  const paths: Paths = bareNames(
    root,
    [...list(config, "modulePaths"), ...list(config, "moduleDirectories")]
      .filter((path) => path !== "node_modules")
      .map((path) => below(path)),
  );
  const mapper = section(config, "moduleNameMapper");
  for (const [, pattern, target] of mapper.matchAll(/["']([^"'\n]+)["']\s*:\s*(?:\[\s*)?["']([^"'\n]+)["']/g)) {
    const [, prefix, rest = ""] = /^\^?([\w@~#/-]*)(\(\.[*+]\))?\$?$/.exec(pattern!) ?? [];
    if (prefix !== undefined)
      paths[rest === "" ? prefix : `${prefix}*`] = [join(root, below(target!.replace("$1", "*")))];
  }
  return paths;
}

/** The text within the braces of a section without inner braces; empty if there is none. */
function section(config: string, name: string): string {
  return new RegExp(`\\b${name}["']?\\s*:\\s*\\{([^}]*)\\}`).exec(config)?.[1] ?? "";
}

/** The texts of a list. */
function list(config: string, name: string): string[] {
  const items = new RegExp(`\\b${name}["']?\\s*:\\s*\\[([^\\]]*)\\]`).exec(config)?.[1] ?? "";
  return [...items.matchAll(/["']([^"'\n]+)["']/g)].map(([, item]) => item!);
}

/** Imports without a dot that are also looked up in these folders. */
function bareNames(root: string, folders: readonly string[]): Paths {
  return folders.length === 0 ? {} : { "*": folders.map((path) => join(root, path, "*")) };
}

/** `"@": path.resolve(__dirname, "src")`: a name for a folder, or for a file. */
function names(folder: string, entries: string): Paths {
  const paths: Paths = {};
  for (const [, name, value] of entries.matchAll(
    /(?:^|[,{\n])[^\S\n]*["']?([@~#\w/-]+)["']?[^\S\n]*:[^\S\n]*((?:[^,\n()]|\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\))*)/g,
  ))
    Object.assign(paths, namedFolder(folder, name!, value!));
  return paths;
}

/** `{ find: "@", replacement: "…/src" }`, where `find` may be a regular expression. */
function listed(folder: string, config: string): Paths {
  const paths: Paths = {};
  const entry = /\bfind\s*:\s*(?:["']([^"'\n]+)["']|\/((?:\\.|[^/\\\n])+)\/)\s*,\s*replacement\s*:\s*([^}\n]*)/g;
  for (const [, name, pattern, value] of config.matchAll(entry)) {
    const plain =
      name ??
      pattern!
        .replaceAll("\\", "")
        .replace(/^\^/, "")
        .replace(/\$$/, "")
        .replace(/\(\.[*+]\)$/, "");
    if (/^[@~#\w/-]+$/.test(plain)) Object.assign(paths, namedFolder(folder, plain, value!));
  }
  return paths;
}

/** @param value code whose last text is the path */
function namedFolder(folder: string, name: string, value: string): Paths {
  const target = [...value.matchAll(/["'`]([^"'`]*)["'`]/g)].at(-1)?.[1];
  if (target === undefined) return {};
  const path = join(folder, target.replace(/\$1$/, ""));
  const plain = name.replace(/\/$/, "");
  return { [plain]: [path], [`${plain}/*`]: [join(path, "*")] };
}
