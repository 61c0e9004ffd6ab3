import type { ShellWord } from "./shell-nodes.js";

/** The text of a word, if it is known. `$0`'s folder is where the script lies. */
export function constantText(
  word: ShellWord,
  variables: ReadonlyMap<string, string>,
  here: string,
): string | undefined {
  const parts = word.parts;
  if (parts === undefined) return word.value ?? word.text;
  const texts = parts.map((part) => partText(part as ShellWord, variables, here));
  return texts.includes(undefined) ? undefined : texts.join("");
}

function partText(part: ShellWord, variables: ReadonlyMap<string, string>, here: string): string | undefined {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
      return part.value ?? part.text;
    case "DoubleQuoted": {
      const texts = (part.parts ?? []).map((inner) => partText(inner as ShellWord, variables, here));
      return texts.includes(undefined) ? undefined : texts.join("");
    }
    case "SimpleExpansion":
    case "ParameterExpansion": {
      if (/^\$\{(0|BASH_SOURCE(\[0\])?)%\/\*\}$/.test(part.text) || part.text.includes("BATS_TEST_DIRNAME"))
        return here;
      if (/^\$\{?PWD\}?$/.test(part.text)) return ".";
      const [, name, fallback] = /^\$\{?(\w+)(?::?[-=]([^${}]*))?\}?$/.exec(part.text) ?? [];
      return name === undefined ? undefined : (variables.get(name) ?? fallback);
    }
    case "CommandExpansion":
    case "CommandSubstitution":
      // The folder of the script itself, as most scripts write it.
      if (/dirname/.test(part.text) && /\$\{?(0|BASH_SOURCE)/.test(part.text)) return here;
      return undefined;
    default:
      // Patterns and braces are expanded later.
      return /[$`]/.test(part.text) ? undefined : part.text;
  }
}
