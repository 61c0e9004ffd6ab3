import { basename, dirname, join } from "node:path";
import { asValue, printedBy, type Printable } from "./printed-text.js";
import type { Context, Script, ScriptHost } from "./script.js";
import type { ShellNode, ShellWord } from "./shell-nodes.js";
import { inSource, relativeFolder } from "./started-program.js";
import { type Environment, fieldsOf } from "./word-text.js";
import type { Text } from "./variables.js";

/** Command substitutions within each other are followed to this depth. */
const deepest = 8;

/** What commands of a script print and read, as far as the script and the files of the source say it. */
export class Output {
  readonly #host: ScriptHost;
  readonly #script: Script;
  #depth = 0;

  constructor(host: ScriptHost, script: Script) {
    this.#host = host;
    this.#script = script;
  }

  /** What a command, a pipeline or a script with one of them prints. */
  printed(node: ShellNode | undefined, context: Context): string | undefined {
    if (node === undefined || this.#depth > deepest) return undefined;
    this.#depth++;
    try {
      return this.#printed(node, context);
    } finally {
      this.#depth--;
    }
  }

  #printed(node: ShellNode, context: Context): string | undefined {
    switch (node.type) {
      case "Redirected": {
        const input = this.inputOf(node["redirects"] as ShellNode[], context) ?? context.input;
        return this.#printed(node["command"] as ShellNode, { ...context, input });
      }
      case "Script":
      case "CompoundList": {
        const commands = node["commands"] as ShellNode[];
        return commands.length === 1 ? this.#printed(commands[0]!, context) : undefined;
      }
      case "Statement":
        return this.#printed(node["command"] as ShellNode, context);
      case "Pipeline": {
        let { input } = context;
        for (const command of node["commands"] as ShellNode[]) input = this.#printed(command, { ...context, input });
        return input;
      }
      case "Command":
        return this.#ofCommand(node, context);
      default:
        return undefined;
    }
  }

  #ofCommand(node: ShellNode, context: Context): string | undefined {
    if (node["name"] === undefined) return undefined;
    const suffix = (node["suffix"] as ShellNode[] | undefined) ?? [];
    const words = [node["name"], ...suffix.filter(({ type }) => type === "Word")] as ShellWord[];
    const [fields, ...more] = fieldsOf(words, this.environment(context));
    if (fields === undefined || more.length > 0) return undefined;
    const input = this.inputOf(suffix, context) ?? context.input;
    return printedBy(fields, input, this.#printable(context));
  }

  /** The text of `<<EOF`, `<<<` or `< file`, if it is known. */
  inputOf(redirects: readonly ShellNode[], context: Context): string | undefined {
    for (const redirect of redirects.toReversed()) {
      if (redirect.type === "HereDoc") return (redirect["body"] as ShellWord | undefined)?.text;
      const substituted = redirect["operator"] === "<" ? substitutionIn(redirect["target"] as ShellWord) : undefined;
      if (substituted !== undefined) return this.printed(substituted, context);
      const file = this.fileOf([redirect], context);
      if (file !== undefined) return this.#host.textOf(inSource(context.folder, file)) ?? undefined;
      if (redirect.type === "HereString" || redirect["operator"] === "<<<") return this.#target(redirect, context);
    }
    return undefined;
  }

  /** The file of `< file`, relative to the folder where the command runs. */
  fileOf(redirects: readonly ShellNode[], context: Context): Text {
    const redirect = redirects.findLast(({ operator }) => operator === "<");
    const isFile = redirect !== undefined && substitutionIn(redirect["target"] as ShellWord) === undefined;
    return !isFile ? undefined : this.#target(redirect, context);
  }

  #target(redirect: ShellNode, context: Context): Text {
    return fieldsOf([redirect["target"] as ShellWord], this.environment(context))[0]?.[0];
  }

  /** The values that words of the script can use. */
  environment(context: Context): Environment {
    const { folder, variables, args } = context;
    const { file } = this.#script;
    const here = relativeFolder(folder, dirname(file));
    return {
      variables,
      args,
      here,
      script: join(here, basename(file)),
      root: relativeFolder(folder, ""),
      printed: (script) => asValue(this.printed(script, context)),
    };
  }

  #printable({ folder }: Context): Printable {
    const host = this.#host;
    const expand = (pattern: string) =>
      host.expand(inSource(folder, pattern)).map((file) => relativeFolder(folder, file));
    return {
      filesOf: (path) => {
        const files = expand(path);
        return files.length > 0 ? files : expand(`${path}/*`).map((file) => basename(file));
      },
      filesBelow: (below, name) => [...new Set([...expand(`${below}/${name}`), ...expand(`${below}/**/${name}`)])],
      read: (path) => host.textOf(inSource(folder, path)),
      functions: () => [...this.#script.functions.keys()],
    };
  }
}

/** The script of `<(…)`; undefined for other words. */
function substitutionIn({ parts }: ShellWord): ShellNode | undefined {
  const [only] = parts ?? [];
  return only?.type === "ProcessSubstitution" ? (only["script"] as ShellNode | undefined) : undefined;
}
