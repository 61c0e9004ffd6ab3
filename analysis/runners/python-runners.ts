import { matchFiles } from "../../domain/results/glob.js";
import type { PythonSelection } from "../python/test-selection.js";
import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import { configurationText } from "./configuration.js";
import { ofDoctests } from "./doctests.js";
import { type Entry } from "./entry.js";

export function ofPython(view: SourceView, args: readonly string[], folder: string): Entry[] | undefined {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "-m") {
      const module = args[index + 1] ?? "";
      const rest = args.slice(index + 2);
      if (module === "pytest") return ofPytest(view, rest, folder);
      if (module === "unittest") return ofUnittest(view, rest, folder);
      if (module === "doctest")
        return rest.flatMap((each) => view.expand(inSource(folder, each))).flatMap((each) => ofDoctests(view, each));
      if (module === "coverage" || module === "trace")
        return ofPython(view, rest[0] === "run" ? rest.slice(1) : rest, folder);
      const base = inSource(folder, module.replaceAll(".", "/"));
      for (const file of [`${base}.py`, `${base}/__main__.py`, `src/${base}.py`, `src/${base}/__main__.py`])
        if (view.isFile(file)) return [{ language: "python", file, mode: "module" }];
      return undefined;
    }
    if (arg === "-c") {
      const text = args[index + 1] ?? "";
      if (text === "") return undefined;
      return [{ language: "python", file: view.addInline(folder, "the command", "py", text), mode: "script" }];
    }
    if (arg === "-W" || arg === "-X") index++;
    else if (!arg.startsWith("-")) {
      const file = inSource(folder, arg);
      if (/(^|\/)manage\.py$/.test(file) && args[index + 1] === "test")
        return [{ language: "python", file, mode: "script" }, ...ofDjango(view, args.slice(index + 2), folder)];
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
  // A word after an option that is not known here is its value, unless it names something in the source.
  const isValueOfOption = (option: string | undefined, word: string) => {
    if (option === undefined || !/^--[\w-]+$/.test(option)) return false;
    const own = inSource(folder, word.split("::")[0]!);
    return !view.isFolder(own) && view.expand(own).length === 0;
  };
  const named: string[] = [];
  const excluded: string[] = [];
  const plugins: string[] = [];
  let keywords: string | undefined;
  let marks: string | undefined;
  const all = [...(iniValue(view, folder, "addopts")?.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map(unquoted), ...args];
  for (let index = 0; index < all.length; index++) {
    const arg = all[index]!;
    const [, flag, value] = /^(--ignore|--deselect|--ignore-glob)(?:=(.*))?$/.exec(arg) ?? [];
    if (flag !== undefined) {
      excluded.push(value ?? all[++index] ?? "");
      continue;
    }
    if (arg === "-k") keywords = all[++index];
    else if (arg === "-m") marks = all[++index];
    else if (/^-p./.test(arg)) plugins.push(arg.slice(2));
    else if (arg === "-p") plugins.push(all[++index] ?? "");
    else if (arg.startsWith("-k=")) keywords = arg.slice(3);
    else if (arg.startsWith("-m=")) marks = arg.slice(3);
    else if (takesValue.has(arg)) index++;
    else if (!arg.startsWith("-") && !isValueOfOption(all[index - 1], arg)) named.push(arg);
  }
  const fixtures = iniValue(view, folder, "usefixtures")?.split(/\s+/) ?? [];
  const selection = {
    // An unknown expression is empty. It may select any test.
    keywords: keywords || undefined,
    marks: marks || undefined,
    plugins,
    fixtures,
    searched: iniValue(view, folder, "pythonpath")?.split(/\s+/) ?? [],
    functionNames: iniValue(view, folder, "python_functions")?.split(/\s+/),
    classNames: iniValue(view, folder, "python_classes")?.split(/\s+/),
  };
  const without = excluded.map((each) => inSource(folder, each));
  const isExcluded = (file: string) =>
    without.some((each) => file === each || file.startsWith(`${each}/`) || view.expand(each).includes(file));
  const deselected = without.filter((each) => each.includes("::"));
  const patterns = iniValue(view, folder, "python_files")?.split(/\s+/);
  const ofTests = patterns === undefined ? undefined : matchFiles(patterns);
  const isTestFile = (file: string) =>
    ofTests === undefined ? pytestFile.test(file) : ofTests.isWanted(file.slice(file.lastIndexOf("/") + 1));
  const paths = named.length > 0 ? named : testpaths(view, folder);
  const hasDoctests = all.includes("--doctest-modules");
  return paths.flatMap((each): Entry[] => {
    const [path = "", ...names] = each.split("::");
    const chosen = names.length > 0 ? { names: [names.join("::").replace(/\[.*\]$/, "")] } : {};
    const own = inSource(folder, path);
    const found = view.isFolder(own)
      ? view.within(own).filter(isTestFile)
      : view.expand(own).filter((file) => file.endsWith(".py"));
    const modules = view.isFolder(own) ? view.within(own).filter((file) => file.endsWith(".py")) : found;
    const doctests = hasDoctests ? modules.filter((file) => !isExcluded(file)) : [];
    const tests = found
      .filter((file) => !isExcluded(file))
      .map((file): Entry => {
        const not = deselected.flatMap((each) => (each.startsWith(`${file}::`) ? [each.slice(file.length + 2)] : []));
        return { language: "python", file, mode: "tests", selection: { ...selection, ...chosen, not } };
      });
    return [...tests, ...doctests.flatMap((file) => ofDoctests(view, file))];
  });
}

/** The folders that pytest searches if the command names none. */
function testpaths(view: SourceView, folder: string): string[] {
  return iniValue(view, folder, "testpaths")?.split(/\s+/).filter(Boolean) ?? ["."];
}

/** A value of pytest's configuration, joined into one line. */
function iniValue(view: SourceView, folder: string, key: string): string | undefined {
  for (const name of ["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"]) {
    const text = configurationText(view, folder, name);
    const [, value] = new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*(.*(?:\\n[ \\t]+\\S.*)*)`, "m").exec(text) ?? [];
    if (value === undefined) continue;
    // A TOML list contains quotes and commas. A TOML string has quotes around it.
    const plain = value.startsWith("[") ? value.replaceAll(/[[\],]/g, " ").replaceAll(/["']/g, "") : value;
    return unquoted(plain.replaceAll(/\s+/g, " ").trim());
  }
  return undefined;
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}

/** Django finds tests as unittest does. The names of applications and modules contain dots. */
function ofDjango(view: SourceView, args: readonly string[], folder: string): Entry[] {
  const named = args.filter((arg) => !arg.startsWith("-"));
  if (named.length === 0) return ofUnittest(view, ["discover"], folder);
  return named.flatMap((name) => {
    const isFolder = view.isFolder(inSource(folder, name.replaceAll(".", "/")));
    return ofUnittest(view, isFolder ? ["discover", "-s", name.replaceAll(".", "/")] : [name], folder);
  });
}

/** What behave calls by name. Steps are called by their decorators. */
const behaveHooks: PythonSelection = { functionNames: ["before_*", "after_*"], classNames: [] };

/** The steps and environment files of behave. All of them count, because the features that use them are not read. */
export function ofBehave(view: SourceView, args: readonly string[], folder: string): Entry[] {
  const named = args.filter((arg) => !arg.startsWith("-")).map((arg) => arg.replace(/\/?[^/]*\.feature(?::\d+)?$/, ""));
  const places = named.filter(Boolean).length > 0 ? named.filter(Boolean) : ["features"];
  const files = places.flatMap((place) => {
    const own = inSource(folder, place);
    return view.within(own).filter((file) => file.includes("/steps/") || file.endsWith("/environment.py"));
  });
  return [...new Set(files)]
    .filter((file) => file.endsWith(".py"))
    .map((file) => ({ language: "python", file, mode: "tests", selection: behaveHooks }));
}

function ofUnittest(view: SourceView, args: readonly string[], folder: string): Entry[] {
  const named: string[] = [];
  const keywords: string[] = [];
  let [start, pattern] = [undefined as string | undefined, "test*.py"];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "-s" || arg === "--start-directory") start = args[++index];
    else if (arg === "-p" || arg === "--pattern") pattern = args[++index] ?? pattern;
    else if (arg === "-k") keywords.push((args[++index] ?? "").replaceAll("*", ""));
    else if (arg === "-t" || arg === "--top-level-directory") index++;
    else if (!arg.startsWith("-")) named.push(arg);
  }
  const selection = keywords.length === 0 ? {} : { keywords: keywords.join(" or ") };
  const testsIn = (files: readonly string[], more: PythonSelection = {}): Entry[] =>
    files.map((file) => ({ language: "python", file, mode: "tests", selection: { ...selection, ...more } }));
  const isDiscovery = named[0] === "discover" || named.length === 0;
  if (isDiscovery) {
    const base = inSource(folder, start ?? named[1] ?? ".");
    const wanted = matchFiles([pattern]);
    return testsIn(view.within(base).filter((file) => wanted.isWanted(file.slice(file.lastIndexOf("/") + 1))));
  }
  return named.flatMap((name): Entry[] => {
    if (name.endsWith(".py")) return testsIn(view.expand(inSource(folder, name)));
    const parts = name.split(".");
    for (let count = parts.length; count > 0; count--) {
      const file = `${inSource(folder, parts.slice(0, count).join("/"))}.py`;
      const rest = parts.slice(count);
      if (view.isFile(file)) return testsIn([file], rest.length > 0 ? { names: [rest.join("::")] } : {});
    }
    return [];
  });
}
