import { inSource } from "../shell/started-program.js";
import type { SourceView } from "../source-view.js";
import { configurationText } from "./configuration.js";

/** The text of a configuration, and the name of its file. */
export interface Configuration {
  file: string;
  text: string;
}

/** Tests that have their own settings in a runner. */
export interface RunnerProject {
  folder: string;
  configurations: readonly Configuration[];
}

const mostProjects = 200;

/**
 * The projects of jest (`projects`) and vitest (`test.projects`, `vitest.workspace.ts`). They are read from the text, because
 * the configuration is not run. Without projects, the whole folder is one project.
 * @param selected names of projects that the command chooses; empty for all
 * @param isInherited whether the rest of the configuration applies to each project too
 */
export function projectsOf(
  view: SourceView,
  names: readonly string[],
  folder: string,
  selected: readonly string[],
  isInherited = false,
): RunnerProject[] {
  const configurations = names.map((file) => ({ file, text: configurationText(view, folder, file) }));
  const workspaces = ["ts", "mts", "js", "mjs", "json"].map((end) =>
    configurationText(view, folder, `vitest.workspace.${end}`),
  );
  const lists = [
    ...configurations.flatMap(({ text }) => blocksAfter(text, /\bprojects["']?\s*:\s*(?=\[)/g)),
    ...workspaces.flatMap((text) => blocksAfter(text, /(?:defineWorkspace\(|export default\s*|^\s*)(?=\[)/g)),
  ];
  const found = lists
    .flatMap((list) => {
      const rest = configurations.map(({ file, text }) => ({ file, text: text.replace(list, "") }));
      return projectsIn(list, folder, view, names).map((project) =>
        isInherited || /\bextends\s*:\s*true/.test(project.configurations[0]?.text ?? "")
          ? { ...project, configurations: [...project.configurations, ...rest] }
          : project,
      );
    })
    .filter((project) => isSelected(project, selected));
  return found.length > 0 ? found.slice(0, mostProjects) : [{ folder, configurations }];
}

/** The text within each pair of brackets that follows a match of `before`. */
function blocksAfter(text: string, before: RegExp): string[] {
  return [...text.matchAll(before)].flatMap((match) => {
    const start = match.index + match[0].length;
    const end = closingOf(text, start);
    return end < 0 ? [] : [text.slice(start + 1, end)];
  });
}

function closingOf(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if ("[{(".includes(text[at]!)) depth++;
    else if ("]})".includes(text[at]!) && --depth === 0) return at;
  }
  return -1;
}

function projectsIn(list: string, folder: string, view: SourceView, names: readonly string[]): RunnerProject[] {
  const projects: RunnerProject[] = [];
  for (let at = 0; at < list.length; at++) {
    const char = list[at]!;
    if (char === "{") {
      const end = closingOf(list, at);
      if (end < 0) break;
      projects.push({ folder, configurations: [{ file: names[0] ?? "", text: list.slice(at, end + 1) }] });
      at = end;
    } else if (char === '"' || char === "'" || char === "`") {
      const end = list.indexOf(char, at + 1);
      if (end < 0) break;
      for (const own of foldersOf(list.slice(at + 1, end), folder, view, names))
        projects.push({
          folder: own,
          configurations: names.map((file) => ({ file, text: configurationText(view, own, file) })),
        });
      at = end;
    }
  }
  return projects;
}

/** The folders of a project that is named by its folder, by a pattern, or by its configuration file. */
function foldersOf(name: string, folder: string, view: SourceView, names: readonly string[]): string[] {
  const path = inSource(folder, name.replace(/^<rootDir>\/?/, "./"));
  if (!/[*?{]/.test(path)) return view.isFolder(path) ? [path] : [path.slice(0, Math.max(0, path.lastIndexOf("/")))];
  const files = ["package.json", ...names].flatMap((each) => view.expand(`${path.replace(/\/$/, "")}/${each}`));
  return [...new Set(files.map((file) => file.slice(0, file.lastIndexOf("/"))))];
}

function isSelected({ folder, configurations }: RunnerProject, selected: readonly string[]): boolean {
  if (selected.length === 0) return true;
  const labels = new Set(
    configurations.flatMap(({ text }) =>
      [...text.matchAll(/\b(?:displayName|name)["']?\s*:\s*(?:\{\s*name\s*:\s*)?["'`]([^"'`]+)["'`]/g)].map(
        ([, label]) => label!,
      ),
    ),
  );
  return selected.some((each) => labels.has(each) || folder === each || folder.endsWith(`/${each}`));
}
