import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import type { Entry } from "./entry.js";

export function ofPackageScript(
  view: SourceView,
  name: string,
  args: readonly string[],
  folder: string,
): Entry[] | undefined {
  const rest = [...args];
  let place = folder;
  for (const flag of ["--prefix", "-C", "--cwd", "--dir"]) {
    const at = rest.indexOf(flag);
    if (at >= 0) {
      place = inSource(folder, rest[at + 1] ?? ".");
      rest.splice(at, 2);
    }
  }
  const workspace = ["-w", "--workspace", "--filter", "-F"].map((flag) => rest.indexOf(flag)).find((at) => at >= 0);
  const owner = workspace === undefined ? undefined : rest[workspace + 1];
  if (workspace !== undefined) rest.splice(workspace, 2);
  const inline = rest.find((arg) => arg.startsWith("--workspace="));
  const wanted = owner ?? inline?.slice("--workspace=".length);
  if (name === "yarn" && rest[0] === "workspace") {
    const own = workspaceFolder(view, rest[1] ?? "");
    return own === undefined ? undefined : ofPackageScript(view, name, rest.slice(2), own);
  }
  if (wanted !== undefined) place = workspaceFolder(view, wanted) ?? place;
  // The script runs in every package of the workspace.
  const everywhere = ["--workspaces", "-ws", "-r", "--recursive"]
    .map((flag) => rest.indexOf(flag))
    .find((at) => at >= 0);
  if (everywhere !== undefined) {
    rest.splice(everywhere, 1);
    return view
      .files()
      .filter((file) => file.endsWith("/package.json"))
      .flatMap((file) => ofPackageScript(view, name, rest, file.replace(/\/package\.json$/, "")) ?? []);
  }
  const [first = "", ...others] = rest.filter(
    (arg) => arg !== "-s" && arg !== "--silent" && arg !== "--if-present" && !arg.startsWith("--workspace="),
  );
  const isRun = first === "run" || first === "run-script";
  const script = isRun ? (others.find((arg) => !arg.startsWith("-")) ?? "") : first === "t" ? "test" : first;
  const manifest = view.read(inSource(place, "package.json"));
  let scripts: Record<string, unknown> = {};
  try {
    scripts = (JSON.parse(manifest ?? "{}") as { scripts?: Record<string, unknown> }).scripts ?? {};
  } catch {
    return undefined;
  }
  const dashes = rest.indexOf("--");
  const passed = dashes >= 0 ? rest.slice(dashes + 1) : name === "npm" ? [] : isRun ? others.slice(1) : others;
  const entries: Entry[] = [];
  for (const key of [`pre${script}`, script, `post${script}`]) {
    const text = scripts[key];
    if (typeof text !== "string") continue;
    const extra = key === script ? passed.map((arg) => ` '${arg.replaceAll("'", "'\\''")}'`).join("") : "";
    entries.push({ language: "command", text: text + extra, folder: place, file: inSource(place, "package.json") });
  }
  if (entries.length > 0) return entries;
  // `yarn jest` starts a program of a package.
  if (name !== "npm" && script !== "") return [{ language: "program", name: script, args: others, folder: place }];
  return undefined;
}

/** The scripts that a name such as `test:*` means. */
export function scriptsNamed(view: SourceView, name: string, folder: string): string[] {
  const plain = name.replaceAll(/["']/g, "");
  if (!plain.includes("*")) return [plain];
  const expression = new RegExp(
    `^${plain
      .replaceAll(/[.+^${}()|[\]\\?]/g, "\\$&")
      .replaceAll("**", ".+")
      .replaceAll(/(?<!\.)\*/g, "[^:]+")}$`,
  );
  const { scripts = {} } = manifestOf(view, inSource(folder, "package.json"));
  return Object.keys(scripts).filter((each) => expression.test(each));
}

/** The content of a package.json; empty if the file is missing or unreadable. */
function manifestOf(view: SourceView, path: string): { name?: string; scripts?: Record<string, unknown> } {
  try {
    return (JSON.parse(view.read(path) ?? "{}") ?? {}) as object;
  } catch {
    return {};
  }
}

function workspaceFolder(view: SourceView, name: string): string | undefined {
  const manifest = view.files().find((file) => file.endsWith("package.json") && manifestOf(view, file).name === name);
  if (manifest !== undefined) return manifest.replace(/\/?package\.json$/, "") || ".";
  return view.isFolder(name) ? name : undefined;
}
