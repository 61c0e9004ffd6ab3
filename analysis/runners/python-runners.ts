import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import { type Entry } from "./entry.js";
export function ofPython(view: SourceView, args: readonly string[], folder: string): Entry[] | undefined {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "-m") {
      const module = args[index + 1] ?? "";
      const rest = args.slice(index + 2);
      if (module === "pytest") return ofPytest(view, rest, folder);
      if (module === "unittest") return ofUnittest(view, rest, folder);
      if (module === "coverage" || module === "trace")
        return ofPython(view, rest[0] === "run" ? rest.slice(1) : rest, folder);
      const base = inSource(folder, module.replaceAll(".", "/"));
      for (const file of [`${base}.py`, `${base}/__main__.py`, `src/${base}.py`, `src/${base}/__main__.py`])
        if (view.isFile(file)) return [{ language: "python", file, mode: "script" }];
      return undefined;
    }
    if (arg === "-c") return undefined;
    if (arg === "-W" || arg === "-X") index++;
    else if (!arg.startsWith("-")) {
      const file = inSource(folder, arg);
      if (view.isFile(file)) return [{ language: "python", file, mode: "script" }];
      return view.isFile(`${file}/__main__.py`)
        ? [{ language: "python", file: `${file}/__main__.py`, mode: "script" }]
        : undefined;
    }
  }
  return undefined;
}

export const pytestFile = /(^|\/)(test_[^/]*|[^/]*_test)\.py$/;

export function ofPytest(view: SourceView, args: readonly string[], folder: string): Entry[] {
  const takesValue = new Set([
    "-k",
    "-m",
    "-o",
    "-c",
    "-p",
    "-n",
    "--rootdir",
    "--junitxml",
    "--junit-xml",
    "--maxfail",
    "--tb",
    "--log-cli-level",
    "--cov",
    "--timeout",
    "--ignore",
    "--deselect",
    "-W",
    "--durations",
    "--confcutdir",
  ]);
  const named: string[] = [];
  let only: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "-k") only = args[++index];
    else if (arg.startsWith("-k=")) only = arg.slice(3);
    else if (takesValue.has(arg)) index++;
    else if (!arg.startsWith("-")) named.push(arg);
  }
  // Only one exact name says which tests run; expressions may mean anything.
  const exact = only !== undefined && /^\w+$/.test(only) ? [`*${only}`] : undefined;
  const paths = named.length > 0 ? named : testpaths(view, folder);
  return paths.flatMap((each): Entry[] => {
    const [path = "", ...names] = each.split("::");
    const chosen = names.length > 0 ? [names.join("::").replace(/\[.*\]$/, "")] : exact;
    const own = inSource(folder, path);
    const found = view.isFolder(own)
      ? view.within(own).filter((file) => pytestFile.test(file))
      : view.expand(own).filter((file) => file.endsWith(".py"));
    return found.map((file) => ({ language: "python", file, mode: "tests", names: chosen }));
  });
}

/** Where pytest looks if no folder is named. */
function testpaths(view: SourceView, folder: string): string[] {
  for (const name of ["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"]) {
    const [, value] = /^\s*testpaths\s*=\s*(.+(?:\n[ \t]+.+)*)/m.exec(view.read(inSource(folder, name)) ?? "") ?? [];
    if (value !== undefined) {
      const paths = value
        .replaceAll(/["'[\],]/g, " ")
        .split(/\s+/)
        .filter((path) => path !== "");
      if (paths.length > 0) return paths;
    }
  }
  return ["."];
}

function ofUnittest(view: SourceView, args: readonly string[], folder: string): Entry[] {
  const named = args.filter((arg) => !arg.startsWith("-") && arg !== "discover");
  const start = args.includes("-s")
    ? args[args.indexOf("-s") + 1]
    : args.includes("--start-directory")
      ? args[args.indexOf("--start-directory") + 1]
      : undefined;
  if (args.includes("discover") || named.length === 0) {
    const base = inSource(folder, start ?? (args.includes("discover") ? (named[0] ?? ".") : "."));
    return view
      .within(base)
      .filter((file) => /(^|\/)test[^/]*\.py$/.test(file))
      .map((file) => ({ language: "python", file, mode: "tests" }));
  }
  return named.flatMap((name): Entry[] => {
    if (name.endsWith(".py"))
      return view.expand(inSource(folder, name)).map((file) => ({ language: "python", file, mode: "tests" }));
    const parts = name.split(".");
    for (let count = parts.length; count > 0; count--) {
      const file = `${inSource(folder, parts.slice(0, count).join("/"))}.py`;
      const rest = parts.slice(count);
      if (view.isFile(file))
        return [{ language: "python", file, mode: "tests", names: rest.length > 0 ? [rest.join("::")] : undefined }];
    }
    return [];
  });
}
