import type { Command } from "@commander-js/extra-typings";
import type { Context, GlobalOptions } from "../context.js";
import { CommandError } from "../exit-codes.js";

interface Named {
  name(): string;
  commands: readonly Named[];
  options: readonly { long?: string | undefined }[];
}

/** Adds the command that prints a completion script. The script is made from the commands themselves. */
export function addCompletion(program: Command<[], GlobalOptions>, context: Context): void {
  program
    .command("completion")
    .description('print a script for your shell: eval "$(holdfast completion bash)"')
    .argument("<shell>", "bash or zsh")
    .action((shell) => {
      if (shell !== "bash" && shell !== "zsh") throw new CommandError(`${shell}: only bash and zsh are supported`);
      const cases = wordsOf(program as unknown as Named).map(([path, words]) => `    "${path}") words="${words}" ;;`);
      const compatible = shell === "zsh" ? ["autoload -U +X bashcompinit && bashcompinit"] : [];
      context.print([...compatible, ...script(cases)].join("\n"));
    });
}

function script(cases: readonly string[]): string[] {
  return [
    "_holdfast() {",
    '  local path="" word words=""',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case "$word" in -*) ;; *) path="${path:+$path }$word" ;; esac; done',
    '  while :; do case "$path" in',
    ...cases,

    '  esac; [ -n "$words" ] && break; case "$path" in *" "*) path="${path% *}" ;; *) path="" ;; esac; done',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    "}",
    "complete -o default -F _holdfast holdfast",
  ];
}

/** The words that may follow each command. */
function wordsOf(command: Named, path = ""): [string, string][] {
  const options = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
  const words = [...command.commands.map((each) => each.name()), ...options].join(" ");
  const below = command.commands.flatMap((each) => wordsOf(each, path === "" ? each.name() : `${path} ${each.name()}`));
  return [[path, words], ...below];
}
