import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { CommandError } from "./exit-codes.js";
import { selectFields } from "./fields.js";

/** Options that say how a command shows its result. Every command with `--json` has them. */
export interface OutputOptions {
  fields?: string | undefined;
  web?: boolean | undefined;
  watch?: boolean | undefined;
}

interface Terminal {
  write(text: string): void;
  isTerminal: boolean;
  env: NodeJS.ProcessEnv;
}

const watchMs = 2_000;
/** Commands that may be repeated: they change nothing, and end by themselves. */
const readOnlyCommands = new Set(
  [
    "artifacts,downtime,false-alarms,grid,job,jobs,machines,mails,outages,pauses,queue,services,submissions,whoami,why",
    "secret list,token list,trigger list,webhook deliveries,webhook list",
  ].flatMap((names) => names.split(",")),
);
const clearScreen = "\u001b[2J\u001b[3J\u001b[H";
const colors = {
  green: ["pass", "up", "passed", "delivered"],
  red: ["fail", "down", "offline", "failed", "refused"],
  yellow: ["held", "abort", "degraded", "unknown", "maintenance", "neutral"],
} as const;

/** Prints results as the options say. */
export class Output {
  readonly #terminal: Terminal;
  #options: OutputOptions = {};
  /** The output of the current repetition with `--watch`. */
  #screen: string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  print(text: string): void {
    const { fields, web } = this.#options;
    if (web === true) return this.#open(text);
    const shown = fields === undefined ? this.#colored(text) : selectFields(text, fields);
    // An empty list prints nothing, not even an empty line.
    if (fields !== undefined && shown === "") return;
    if (this.#options.watch === true) this.#screen.push(shown);
    else this.#terminal.write(`${shown}\n`);
  }

  /**
   * @param command its name and those of the commands above it, such as `trigger list`
   * @param askJson makes the command return its result as JSON; undefined if it has none
   * @throws CommandError
   */
  prepare(options: OutputOptions, command: string, askJson: (() => void) | undefined): void {
    this.#options = options;
    if (options.watch === true && !readOnlyCommands.has(command))
      throw new CommandError(`--watch repeats a command, and \`${command}\` does more than look`);
    if (options.fields === undefined && options.web !== true) return;
    if (askJson === undefined)
      throw new CommandError("this command has no JSON result, so it does not support --fields and --web");
    askJson();
  }

  /** Runs a command, with `--watch` again and again until it is interrupted. */
  async run(work: () => Promise<unknown>): Promise<void> {
    let last: string | undefined;
    for (;;) {
      this.#screen = [];
      await work();
      if (this.#options.watch !== true) return;
      const text = this.#screen.join("\n");
      if (text !== last) this.#terminal.write(`${this.#terminal.isTerminal ? clearScreen : ""}${text}\n`);
      last = text;
      await sleep(watchMs);
    }
  }

  /** Opens the page of a result in a browser, and prints its address. */
  #open(text: string): void {
    const { links } = JSON.parse(text) as { links?: { page?: string } };
    if (links?.page === undefined) throw new CommandError("this result has no page");
    const { env } = this.#terminal;
    const usual = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open";
    const browser = spawn(env["BROWSER"] || usual, [links.page], { stdio: "ignore", detached: true });
    browser.once("error", () => undefined);
    browser.unref();
    this.#terminal.write(`${links.page}\n`);
  }

  /** On a terminal, colors the words that fill a column alone or end a heading. */
  #colored(text: string): string {
    const { env, isTerminal } = this.#terminal;
    if (!isTerminal || env["NO_COLOR"] || env["TERM"] === "dumb") return text;
    return Object.entries(colors).reduce(
      (shown, [color, words]) =>
        shown.replace(new RegExp(`(?<=^|  |: )(?:${words.join("|")})(?=$|  |,)`, "gm"), (word) =>
          styleText(color as keyof typeof colors, word, { validateStream: false }),
        ),
      text,
    );
  }
}
