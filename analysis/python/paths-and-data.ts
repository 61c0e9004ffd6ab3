import { basename, dirname, join } from "node:path";
import { dataText, jsonValue } from "../flow/json-values.js";
import { absoluteInSource, combineTexts, pathFunctions, pathInSource, unknownText } from "../flow/source-paths.js";
import type { Cell } from "../flow/values.js";
import { Part } from "./part.js";

/** Functions on paths, by their names in `os.path` and `pathlib`. */
const functions: Readonly<Record<string, (parts: readonly string[]) => string>> = {
  join: pathFunctions["join"]!,
  dirname: pathFunctions["dirname"]!,
  normpath: pathFunctions["normalize"]!,
  abspath: pathFunctions["resolve"]!,
  realpath: pathFunctions["resolve"]!,
  expanduser: ([text = ""]) => text,
  basename: ([text = ""]) => basename(text),
  Path: pathFunctions["join"]!,
  PurePath: pathFunctions["join"]!,
  PosixPath: pathFunctions["join"]!,
};

/** Paths that code computes with `os.path` and `pathlib`, and data files that it reads. A path is handled as its text. */
export class PathsAndData extends Part {
  /** @returns whether the function is known here */
  call(path: string, args: readonly Cell[], result: Cell): boolean {
    const [first] = args;
    const [, name] = /^(?:os\.path|pathlib)\.(\w+)$/.exec(path) ?? [];
    const combine = name === undefined ? undefined : functions[name];
    if (combine !== undefined) {
      combineTexts(args, combine, result, unknownText);
      return true;
    }
    if (path === "os.getcwd" || path === "pathlib.Path.cwd") {
      result.add({ kind: "text", text: absoluteInSource("") });
      return true;
    }
    if (path === "open" || path === "io.open") this.#read(first, result);
    if (path !== "json.load" && path !== "json.loads") return false;
    first?.each((each) => {
      const value = each.kind === "text" ? jsonValue(this.program, each.text) : undefined;
      if (value?.kind === "object" && !value.isArray) this.state.dictionaries.add(value);
      result.add(value ?? this.program.external("json.load()"));
    });
    return true;
  }

  /** Methods of paths. @returns whether it is one of them */
  method(name: string, path: Cell, args: readonly Cell[], result: Cell): boolean {
    switch (name) {
      case "resolve":
      case "absolute":
      case "as_posix":
      case "expanduser":
        path.flowTo(result);
        return true;
      case "joinpath":
        combineTexts([path, ...args], pathFunctions["join"]!, result, unknownText);
        return true;
      case "with_name":
        combineTexts([path, ...args], ([own = "", other = ""]) => join(dirname(own), other), result);
        return true;
      case "read_text":
      case "open":
        this.#read(path, result);
        return true;
      case "read":
        path.flowTo(result);
        return true;
      default:
        return false;
    }
  }

  /** The attributes `parent` and `parents` of a path. */
  attribute(path: Cell, name: string): Cell | undefined {
    if (name !== "parent" && name !== "parents") return undefined;
    const result = this.program.cell();
    path.each((value) => {
      if (value.kind !== "text") return result.add(this.program.external(`path.${name}`));
      if (name === "parent") return result.add({ kind: "text", text: dirname(value.text) });
      const folders: string[] = [];
      for (let folder = dirname(value.text); folders.length < 10; folder = dirname(folder)) folders.push(folder);
      return result.add(this.program.array(...folders.map((text) => this.program.cell({ kind: "text", text }))));
    });
    return result;
  }

  /** `path / "name"` */
  divided(left: Cell, right: Cell, result: Cell): void {
    const isNumber = (text: string) => /^\d/.test(text);
    combineTexts(
      [left, right],
      ([own = "", other = ""]) => (isNumber(own) || isNumber(other) ? undefined : join(own, other)),
      result,
    );
  }

  #read(name: Cell | undefined, result: Cell): void {
    dataText(name, (path) => this.state.source.read(pathInSource(path) ?? path), result);
  }
}
