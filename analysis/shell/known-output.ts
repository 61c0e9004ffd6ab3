import { dirname, join } from "node:path";
import type { ShellNode, ShellWord } from "./shell-nodes.js";
import type { Text } from "./variables.js";

/**
 * The output of a command substitution, for the few commands with which scripts find their own files:
 * `$(dirname "$0")`, `$(cd "$HERE/.." && pwd)`, `$(realpath x)`, `$(git rev-parse --show-toplevel)`. Paths are
 * relative to the folder where the script runs.
 * @param root the top folder of the source
 */
export function knownOutput(part: ShellNode, root: string, textOf: (word: ShellWord) => Text): Text {
  const commands = statementsOf(part["script"]).flatMap(({ command }) => {
    const list = command?.type === "AndOr" || command?.type === "Pipeline" ? command["commands"] : [command];
    return (list as ShellNode[]).map((each) => wordsOf(each));
  });
  let folder: Text = ".";
  for (const words of commands) {
    if (words === undefined) return undefined;
    const [name, ...rest] = words.map((word) => textOf(word));
    const args = rest.filter((arg) => arg === undefined || !arg.startsWith("-"));
    const [first] = args;
    if (name === "cd" && args.length === 1) folder = joined(folder, first);
    else if (name === "pwd") return folder;
    else if (name === "dirname" && args.length === 1) return first === undefined ? undefined : dirname(first);
    else if ((name === "realpath" || name === "readlink") && args.length === 1) return joined(folder, first);
    else if (name === "git" && first === "rev-parse" && rest.includes("--show-toplevel")) return root;
    else return undefined;
  }
  return undefined;
}

function joined(folder: Text, path: Text): Text {
  if (folder === undefined || path === undefined) return undefined;
  return path.startsWith("/") ? path : join(folder, path);
}

function statementsOf(script: unknown): { command?: ShellNode }[] {
  return ((script as ShellNode | undefined)?.["commands"] as { command?: ShellNode }[] | undefined) ?? [];
}

/** The words of a plain command; undefined for anything else. */
function wordsOf(node: ShellNode | undefined): ShellWord[] | undefined {
  if (node?.type === "Redirected") return wordsOf(node["command"] as ShellNode);
  if (node?.type !== "Command" || node["name"] === undefined) return undefined;
  const suffix = (node["suffix"] as ShellWord[] | undefined) ?? [];
  return [node["name"] as ShellWord, ...suffix.filter(({ type }) => type === "Word")];
}
