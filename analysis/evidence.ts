import { dirname } from "node:path";
import type { Evidence } from "./flow/conclude.js";
import type { ExternalCall } from "./flow/call-records.js";
import type { Program } from "./flow/program.js";
import { hole, outlineOf } from "./flow/texts.js";
import { type Cell, ObjectValue } from "./flow/values.js";
import { servicesAt } from "./addresses.js";
import { shells } from "./runners/names.js";
import { isShellBuiltin } from "./shell/builtins.js";
import { inSource, wrappedCommand } from "./shell/started-program.js";

/** What the analysis knows about the grid: where its services are, and what functions of third-party libraries require. */
export interface KnownServices {
  /** By the address `host:port` that a client connects to. */
  addresses: Readonly<Record<string, string>>;
  /** By the folder where it is mounted. */
  mounts: Readonly<Record<string, string>>;
  /** Requirements by function, such as `pg.Client.connect`, from requirements.yaml. */
  functions: Readonly<Record<string, readonly string[]>>;
}

export const nothingKnown: KnownServices = { addresses: {}, mounts: {}, functions: {} };

const running =
  /^(?:child_process|cross-spawn|execa|subprocess)\.(?:default\.)?(exec|execSync|execFile|execFileSync|spawn|spawnSync|run|call|check_call|check_output|Popen|getoutput|getstatusoutput)$|^asyncio\.create_subprocess_(?:exec|shell)$|^(?:execa|os)\.(?:default\.)?(system|popen|execa|execaSync|execaCommand)$|^(?:execa|cross-spawn|tinyexec\.x|shelljs\.exec|pexpect\.(?:spawn|run)|os\.exec[lv]p?e?|bun\.spawn|Bun\.spawn)(?:\.sync|Sync)?$/;
const onFiles = /^(?:node:)?(?:fs(?:\/promises)?|fs\.promises|os|os\.path|shutil|open|io|pathlib)\b/;

/** Requirements that follow from calls to code outside the source: commands, addresses of services, mounted folders. */
export function evidenceOf(program: Program, known: KnownServices): Evidence[] {
  return program.externalCalls.flatMap((call) => {
    const texts = [...new Set(requirementsOf(call, known))];
    return texts.map((requirement) => ({
      requirement,
      name: call.path.replaceAll("()", ""),
      from: call.from,
      at: call.at,
    }));
  });
}

function requirementsOf(call: ExternalCall, known: KnownServices): string[] {
  const { path, args } = call;
  const plain = plainPath(path);
  const found = Object.entries(known.functions).flatMap(([name, texts]) =>
    plain === name || plain.endsWith(`.${name}`) ? texts : [],
  );
  if (running.test(plain)) found.push(...commandsIn(call));
  found.push(...servicesAt(plain, args, known.addresses));
  if (onFiles.test(plain)) found.push(...mountsIn(args, known));
  return found;
}

/** The expressions by which code refers to its own interpreter. */
const interpreters: Readonly<Record<string, string>> = {
  "sys.executable": "python3",
  "process.execPath": "node",
  "process.argv0": "node",
};
const forking = /^(?:child_process\.(?:default\.)?fork|worker_threads\.(?:default\.)?Worker)$/;

/** The programs that a call starts, with their arguments. An unknown word is undefined. */
export function programsOf({ path, args }: ExternalCall): (string | undefined)[][] {
  const plain = plainPath(path);
  const first = commandOf(args);
  const [, second] = args;
  if (first === undefined) return [];
  if (forking.test(plain)) return first.texts().texts.map((file) => ["node", file]);
  const lists = first.values.flatMap((value) =>
    value instanceof ObjectValue && value.isArray ? [wordsOf(value)] : [],
  );
  if (plain === "pytest.main") return lists.map((words) => ["pytest", ...words]);
  if (plain === "runpy.run_path") return first.texts().texts.map((file) => ["python3", file]);
  if (plain === "runpy.run_module") return first.texts().texts.map((name) => ["python3", "-m", name]);
  if (!running.test(plain)) return [];
  if (lists.length > 0) return lists;
  const rest = [...(second?.values ?? [])].find((value) => value instanceof ObjectValue && value.isArray);
  // `create_subprocess_exec("git", "status")` and `spawn("git", ["status"])`
  const more = rest instanceof ObjectValue ? wordsOf(rest) : args.slice(1).map((arg) => wordOf(arg));
  return first.values.flatMap((value) => {
    const word = wordOf(first, value);
    return word === undefined ? [] : [[word, ...more.filter((each) => each !== undefined)]];
  });
}

/** The command line or list of words: the first argument, or `args=…` in Python, whose keywords come as an object. */
function commandOf([first]: readonly Cell[]): Cell | undefined {
  const keywords = first?.values.find((value) => value instanceof ObjectValue && !value.isArray);
  return (keywords as ObjectValue | undefined)?.props.get("args") ?? first;
}

const changingFolder = /^(?:os|contextlib|monkeypatch|process)\.chdir$|^shelljs\.cd$/;

/** The folders into which code changes while it runs, relative to the working folder of the test. */
export function changedFolders(calls: readonly ExternalCall[]): ReadonlySet<string> {
  const moves = calls.filter(({ path }) => changingFolder.test(plainPath(path)));
  return new Set(moves.flatMap(({ args }) => args[0]?.texts().texts ?? []).map((folder) => inSource("", folder)));
}

/**
 * The folders in which a call may start its programs: `cwd`, relative to the working folder of the test. That folder is mostly
 * the root of the source, or the folder of the calling code, or a folder into which the code changes.
 */
export function foldersOf({ args, at }: ExternalCall, changed: ReadonlySet<string>): ReadonlySet<string> {
  const given = args.flatMap((arg) => propertyTexts(arg, ["cwd"]));
  const bases = ["", dirname(at.file).replace(/^\.$/, ""), ...changed];
  return new Set(bases.flatMap((base) => (given.length > 0 ? given.map((folder) => inSource(base, folder)) : [base])));
}

function wordsOf(list: ObjectValue): (string | undefined)[] {
  const count = [...list.props.keys()].filter((name) => /^\d+$/.test(name)).length;
  return Array.from({ length: count }, (_, index) => wordOf(list.prop(String(index))));
}

function wordOf(
  cell: Cell,
  value = cell.values.find(({ kind }) => kind === "text") ?? cell.values[0],
): string | undefined {
  if (value?.kind === "text") return value.text;
  return value?.kind === "external" ? interpreters[value.path] : undefined;
}

function plainPath(path: string): string {
  let plain = plainPaths.get(path);
  if (plain === undefined) {
    if (plainPaths.size > mostPlainPaths) plainPaths.clear();
    plain = path
      .replace(/^node:/, "")
      .replaceAll("()", "")
      .replaceAll(".default", "");
    plainPaths.set(path, plain);
  }
  return plain;
}

const plainPaths = new Map<string, string>();
const mostPlainPaths = 10_000;

function commandsIn(call: ExternalCall): string[] {
  const first = commandOf(call.args);
  if (first === undefined) return [];
  const whole = first.values.flatMap((value) => {
    if (value.kind === "text") return [value.text];
    const known = outlineOf(value);
    if (known !== undefined) return [known];
    // `subprocess.run(["curl", "-f"])`: the first element is the program.
    return value instanceof ObjectValue && value.isArray ? (value.props.get("0")?.texts().texts ?? []) : [];
  });
  return [...whole, ...innerCommands(call)].flatMap(partsOf).flatMap((text) => {
    const word = /^\s*([A-Za-z_][\w.+-]*)(?=\s|$)/.exec(text)?.[1];
    return word === undefined || isShellBuiltin(word) ? [] : [`command:${word}`];
  });
}

/** What a started program itself starts: `sh -c "curl x | jq ."`, `sudo curl x`. */
function innerCommands(call: ExternalCall): string[] {
  return programsOf(call).flatMap(([name, ...args]) => {
    if (name === undefined) return [];
    const code = args.findIndex((arg) => /^-[a-z]*c$/.test(arg ?? ""));
    if (shells.has(name)) return code < 0 ? [] : [args[code + 1] ?? ""];
    return (wrappedCommand(name, args) ?? []).flatMap(([first]) => first ?? []);
  });
}

/** The commands of a command line, one for each part of a pipeline or list. Quoted texts and assignments are left out. */
function partsOf(line: string): string[] {
  if (!/[|;&\n]/.test(line)) return [line];
  return line
    .replaceAll(/"[^"]*"|'[^']*'/g, "x")
    .split(/\|\||&&|[|;&\n]/)
    .map((part) => part.replace(/^\s*(?:\w+=\S*\s+)*/, ""));
}

function propertyTexts(cell: Cell, names: readonly string[]): string[] {
  return cell.values.flatMap((value) =>
    value instanceof ObjectValue ? names.flatMap((name) => value.props.get(name)?.texts().texts ?? []) : [],
  );
}

function mountsIn(args: readonly Cell[], known: KnownServices): string[] {
  const paths = args.flatMap((arg) =>
    arg.values.flatMap((value) => (value.kind === "text" ? value.text : (outlineOf(value)?.split(hole)[0] ?? []))),
  );
  return Object.entries(known.mounts).flatMap(([folder, service]) =>
    paths.some((path) => path === folder || path.startsWith(`${folder.replace(/\/$/, "")}/`))
      ? [`service:${service}`]
      : [],
  );
}
