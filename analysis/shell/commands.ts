import { basename, dirname } from "node:path";
import type { Site } from "../flow/declaration.js";
import { escapeText } from "../runners/arguments.js";
import { shells } from "../runners/names.js";
import { isShellBuiltin } from "./builtins.js";
import { assignmentsIn, codeFor, type CommandOptions, folderFor, withInput } from "./command-arguments.js";
import { checksForProgram } from "./comments.js";
import type { Context, Script, ScriptHost } from "./script.js";
import { batsWord, inSource, relativeFolder, wrappedCommand } from "./started-program.js";
import { type Fields, type Text, Variables } from "./variables.js";

/** At most this many files or words are followed. */
const mostFiles = 60;

const shunitFunction = /^(?:test\w*|suite|setUp|tearDown|oneTimeSetUp|oneTimeTearDown)$/;

/** Follows the commands of one script. They call functions, source files, change folders and start programs. */
export class Commands {
  readonly #host: ScriptHost;
  readonly #script: Script;
  /** By program: whether the script checks that the program exists. */
  readonly #asked = new Map<string, boolean>();
  /** Whether the script sources an unknown file. Any command may then be a function of that file. */
  #sourcesUnknown = false;

  constructor(host: ScriptHost, script: Script) {
    this.#host = host;
    this.#script = script;
  }

  /**
   * @param fields the words of the command, expanded
   * @param text the first word of the command, as written
   * @param how with `isProgram`, functions do not count, as after `command` and `env`; `exported` are the variables that the
   * command sees
   */
  run(fields: Fields, text: string, at: Site, context: Context, how: CommandOptions = {}): Context {
    const [name, ...args] = fields;
    if (fields.length === 0 || this.#host.exceedsCommandLimit()) return context;
    if (name !== undefined) return this.#named(name, args, text, at, context, how);
    if (this.#script.countsCommands) this.#note(`it is not known which command ${text.slice(0, 80)} is`, at, context);
    return context;
  }

  #named(name: string, args: Text[], text: string, at: Site, context: Context, how: CommandOptions): Context {
    const { functions, countsCommands } = this.#script;
    const { folder } = context;
    const declared = how.isProgram === true ? undefined : functions.get(name);
    if (declared !== undefined) {
      this.#host.program.reach(context.from, declared.declaration, name, at);
      declared.call(args, at);
      declared.enter(args, folder, context.variables, context.isCertain);
      return context;
    }
    switch (name) {
      case "cd":
        return this.#changeTo(
          args.find((arg) => arg === "-" || arg?.startsWith("-") !== true),
          context,
        );
      case "pushd":
        return { ...this.#changeTo(args[0], context), folders: [...(context.folders ?? []), folder] };
      case "popd": {
        const [back, ...before] = (context.folders ?? []).toReversed();
        return back === undefined ? context : { ...context, folder: back, folders: before.toReversed() };
      }
      case "set": {
        const dashes = args.indexOf("--");
        return dashes < 0 ? context : { ...context, args: args.slice(dashes + 1) };
      }
      case "shift":
        return { ...context, args: context.args?.slice(Number(args[0] ?? 1) || 1) };
      case ".":
      case "source":
        this.#source(args[0], args.slice(1), context, at);
        return context;
      case "eval": {
        const known = args.filter((arg) => arg !== undefined);
        if (known.length === args.length) this.#read(known.join(" "), context);
        else if (countsCommands) this.#note("eval runs what is not known here", at, context);
        return context;
      }
      case "trap":
        if (args[0] !== undefined) this.#read(args[0], { ...context, isCertain: false });
        return context;
      case "exit":
      case "return":
        return context.isCertain ? { ...context, isOver: true } : context;
    }
    if (this.#script.file.endsWith(".bats")) {
      if (name === "skip") return context.isCertain ? { ...context, isOver: true } : context;
      if (batsWord.test(name)) return this.#ofBats(name, args, text, at, context);
    }
    const wrapped = wrappedCommand(name, args)?.flatMap((command) =>
      this.#withFiles(name, command, args, context, how),
    );
    if (wrapped !== undefined) {
      if (!isShellBuiltin(name)) this.#require(name, context, at);
      // Commands after `exec` do not run.
      const ends = name === "exec" && wrapped.some((command) => command.length > 0) && context.isCertain;
      for (const command of wrapped) {
        // `env A=1 program`
        const exported = new Map([...(how.exported ?? context.variables.exported()), ...assignmentsIn(args)]);
        this.run(
          command,
          text,
          at,
          { ...context, folder: folderFor(name, args, folder) },
          { ...how, isProgram: name !== "time", exported },
        );
      }
      if (ends) return { ...context, isOver: true };
      return context;
    }
    if (isShellBuiltin(name)) return context;
    if (!name.includes("/") && !this.#script.changesPath) this.#require(name, context, at);
    const code = shells.has(name) && how.inputFile === undefined ? codeFor(args, how.input) : undefined;
    // The new shell has the script's functions only if the script exports them.
    if (code !== undefined)
      this.#host.text(code, this.#script.file, {
        ...context,
        variables: new Variables(context.variables, true),
        functions: /\bexport -f\b/.test(this.#script.text) ? functions : new Map(),
        countsCommands,
      });
    else
      this.#host.start({
        name: this.#onPath(name, context, how) ?? name,
        args: withInput(name, args, how),
        folder,
        from: context.from,
        at,
        countsCommands,
        exported: how.exported ?? context.variables.exported(),
      });
    return context;
  }

  /** `cd folder` and `cd -`. The folder before is known as `$OLDPWD`. */
  #changeTo(target: Text, context: Context): Context {
    const { folder, variables } = context;
    const to = target === "-" ? variables.get("OLDPWD")?.[0]?.[0] : target;
    if (to === undefined || to.startsWith("/") || to.startsWith("~")) return context;
    const next = inSource(folder, to);
    variables.set("OLDPWD", [[relativeFolder(next, folder)]], true);
    return { ...context, folder: next };
  }

  /** The commands that `find` or `xargs` runs, with their files or words if these are known. */
  #withFiles(name: string, command: Fields, args: Fields, { folder }: Context, { input }: CommandOptions): Fields[] {
    if (name === "xargs" && input !== undefined) {
      const words = input.trim().split(/\s+/).slice(0, mostFiles);
      // `-I {}` and `-I{}`
      const joined = args.find((arg) => /^-I./.test(arg ?? ""))?.slice(2);
      const mark = joined ?? (args.includes("-I") ? args[args.indexOf("-I") + 1] : undefined);
      if (mark === undefined) return [[...command, ...words]];
      return words.map((word) => command.map((each) => each?.replaceAll(mark, word)));
    }
    if (name !== "find" || !command.includes("{}")) return [command];
    const start = args.findIndex((arg) => arg?.startsWith("-") === true);
    const pattern = args[args.findIndex((arg) => arg === "-name" || arg === "-iname") + 1];
    if (start < 0 || pattern === undefined) return [command];
    const folders = start === 0 ? ["."] : args.slice(0, start);
    const files = folders.flatMap((each) =>
      each === undefined ? [] : this.#host.expand(inSource(folder, `${each}/**/${pattern}`)),
    );
    if (files.length === 0) return [command];
    return files.slice(0, mostFiles).map((file) => {
      const path = relativeFolder(folder, file);
      return command.map((each) => each?.replaceAll("{}", path));
    });
  }

  #ofBats(name: string, args: Text[], text: string, at: Site, context: Context): Context {
    if (name === "load") this.#source(args[0] === undefined ? undefined : this.#helper(args[0]), [], context, at);
    if (name !== "run") return context;
    const command = args.filter((arg) => arg === undefined || !/^(-\d+|!|--.*)$/.test(arg));
    return this.run(command, text, at, context);
  }

  /** Reads a text that runs in place of the command. */
  #read(code: string, context: Context): void {
    const { file, functions, countsCommands } = this.#script;
    this.#host.text(code, file, { ...context, functions, countsCommands });
  }

  #require(name: string, { from }: Context, at: Site): void {
    if (!this.#script.countsCommands || !/^\w[\w.+-]{0,99}$/.test(name) || this.#sourcesUnknown || this.#looksFor(name))
      return;
    this.#host.evidence.push({ requirement: `command:${name}`, name, from, at });
  }

  #looksFor(name: string): boolean {
    let isAsked = this.#asked.get(name);
    if (isAsked === undefined) this.#asked.set(name, (isAsked = checksForProgram(this.#script.text, name)));
    return isAsked;
  }

  #note(reason: string, at: Site, { from }: Context): void {
    this.#host.program.notes.push({ reason, at, from });
  }

  #source(file: Text, args: Fields, context: Context, at: Site): void {
    if (file === undefined) {
      this.#sourcesUnknown = true;
      return this.#note("it is not known which file is sourced", at, context);
    }
    const { functions } = this.#script;
    if (basename(file) === "shunit2") return this.#runShunit(context, at);
    const here = dirname(this.#script.file);
    const own = { ...context, functions, args: args.length > 0 ? args : context.args };
    for (const path of [inSource(context.folder, file), inSource(here, file)])
      if (this.#host.enter(path, own, at, true)) return;
    if (!file.startsWith("/") && !this.#checksForFile(file))
      this.#note(`${file} is not a file of the source`, at, context);
  }

  /** The program of the source that a name means, if the script puts the program's folder on the `PATH`. */
  #onPath(name: string, { variables, folder }: Context, how: CommandOptions): string | undefined {
    if (name.includes("/")) return undefined;
    const values = how.exported?.get("PATH") ?? variables.get("PATH") ?? [];
    return values
      .flatMap((fields) => fields.flatMap((text) => text?.split(":") ?? []))
      .filter((place) => place !== "" && !place.startsWith("/"))
      .map((place) => `${place}/${name}`)
      .find((path) => this.#host.has(inSource(folder, path)));
  }

  /** Whether the script asks first whether the file is there: `[ -f ./local.sh ] && . ./local.sh`. */
  #checksForFile(file: string): boolean {
    return new RegExp(`-[efrs]\\s+["']?${escapeText(file)}`).test(this.#script.text);
  }

  /** When shunit2 is sourced, it calls the tests and hooks of the script. */
  #runShunit(context: Context, at: Site): void {
    for (const name of this.#script.functions.keys())
      if (shunitFunction.test(name)) this.run([name], name, at, { ...context, isCertain: false });
  }

  /** The file that `load` of bats loads. It is in the folder of the test, and its name can lack the extension. */
  #helper(name: string): string {
    const here = dirname(this.#script.file);
    return [name, `${name}.bash`, `${name}.sh`].find((each) => this.#host.has(inSource(here, each))) ?? name;
  }
}
