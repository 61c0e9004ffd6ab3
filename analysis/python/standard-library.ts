import type { Node } from "web-tree-sitter";
import type { CallShape } from "../flow/call-records.js";
import { joinTexts } from "../flow/texts.js";
import { type Cell, FunctionValue, ObjectValue } from "../flow/values.js";
import { Part } from "./part.js";
import type { PyModule, PyScope } from "./python-scope.js";

/** Functions of Python's standard library and of pytest that call or return their arguments. */
export class StandardLibrary extends Part {
  /** @returns whether it is such a function */
  call(path: string, shape: CallShape, node: Node, scope: PyScope, module: PyModule): boolean {
    const { args, named, result } = shape;
    const at = this.parts.statements.site(node, module);
    const { declaration } = scope.frame;
    const [first, ...rest] = args;
    switch (path) {
      case "functools.partial":
      case "functools.partialmethod":
        result.add(
          this.program.builtin("partial", (more, given) =>
            first?.each((value) =>
              this.program.callValue(
                value,
                { args: [...rest, ...more], named: named ?? new Map(), result: given },
                declaration,
                at,
                node,
              ),
            ),
          ),
        );
        return true;
      case "collections.defaultdict": {
        const made = this.program.object();
        this.state.dictionaries.add(made);
        first?.each((value) => this.program.callValue(value, { args: [], result: made.rest }, declaration, at, node));
        result.add(made);
        return true;
      }
      case "functools.singledispatch":
      case "copy.copy":
      case "copy.deepcopy":
        first?.flowTo(result);
        return true;
      case "contextlib.closing":
      case "contextlib.aclosing":
        if (first !== undefined) result.add(this.#closing(first, node, scope, module));
        return true;
      case "contextlib.ExitStack":
      case "contextlib.AsyncExitStack":
        result.add(this.#exitStack(node, scope, module));
        return true;
      case "dataclasses.field": {
        named?.get("default")?.flowTo(result);
        named
          ?.get("default_factory")
          ?.each((value) => this.program.callValue(value, { args: [], result }, declaration, at, node));
        return true;
      }
      case "pytest.importorskip":
      case "importlib.import_module": {
        const packages = rest[0]?.texts().texts ?? [];
        first?.each((name) => {
          if (name.kind !== "text") return;
          const names = name.text.startsWith(".") ? packages.map((each) => each + name.text) : [name.text];
          for (const each of names) result.add(this.parts.modules.import(each, module.file, declaration, at));
        });
        if (first !== undefined && first.texts().isOpen) return false;
        return true;
      }
      case "pytest.param": {
        const row = this.program.array(...args);
        this.state.rows.add(row);
        const marks = named?.get("marks");
        if (marks !== undefined) this.state.rowMarks.set(row, marks);
        // A skipped row supplies no values.
        if (!/\bmark\.skip\b/.test(node.text)) result.add(row);
        return true;
      }
      case "shlex.split": {
        first?.each((text) => {
          if (text.kind !== "text") return;
          const words = text.text.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
          const cells = words.map((word) =>
            this.program.cell({ kind: "text", text: word.replace(/^(["'])(.*)\1$/, "$2") }),
          );
          result.add(this.program.array(...cells));
        });
        return true;
      }
    }
    if (this.parts.marks.isMaker(path) || this.parts.searchPath.call(path, args)) return true;
    if (this.parts.mocks.call(path, shape, declaration, at)) return true;
    if (this.parts.pathsAndData.call(path, args, result)) return true;
    if (path.startsWith("text.") && shape.receiver !== undefined)
      return this.#ofText(path.slice("text.".length), shape.receiver, args, result);
    if (path === "os.getenv" || path === "os.environ.get") rest[0]?.flowTo(result);
    if (/\.enter(?:Async|Class)?Context$/.test(path) && first !== undefined) {
      this.parts.statements.enterContext(first, node, scope, module).flowTo(result);
      return true;
    }
    // `start` of a thread or process whose class defines `run`.
    if (/(^|\.)(Thread|Process|Timer)\(\)\.start$/.test(path) && shape.receiver !== undefined)
      this.parts.calls.callMethod(shape.receiver, "run", [], this.program.cell(), node, scope, module);
    return false;
  }

  /** Methods of texts whose result is known. @returns whether `name` is one of them */
  #ofText(name: string, text: Cell, args: readonly Cell[], result: Cell): boolean {
    const [first] = args;
    switch (name) {
      case "format":
        text.each((value) => {
          if (value.kind !== "text") return;
          let position = 0;
          const parts = value.text.split(/(\{\d*\})/).map((part): string | Cell => {
            const [, number] = /^\{(\d*)\}$/.exec(part) ?? [];
            if (number === undefined) return part;
            return args[number === "" ? position++ : Number(number)] ?? this.program.cell();
          });
          joinTexts(this.program, parts, result);
        });
        return true;
      case "join":
        first?.each((list) => {
          if (!(list instanceof ObjectValue) || !list.isArray) return;
          const parts = [...list.props].filter(([index]) => /^\d+$/.test(index)).map(([, cell]) => cell);
          joinTexts(
            this.program,
            parts.flatMap((cell, index) => (index === 0 ? [cell] : [text, cell])),
            result,
          );
        });
        return true;
      case "split":
        text.each((value) => {
          if (value.kind !== "text") return;
          const [by] = first?.texts().texts ?? [];
          const words = by === undefined ? value.text.split(/\s+/) : value.text.split(by);
          result.add(this.program.array(...words.map((word) => this.program.cell({ kind: "text", text: word }))));
        });
        return true;
      case "strip":
      case "lower":
      case "upper":
        text.each((value) => {
          if (value.kind !== "text") return;
          const made = { strip: value.text.trim(), lower: value.text.toLowerCase(), upper: value.text.toUpperCase() };
          result.add({ kind: "text", text: made[name] });
        });
        return true;
      default:
        return this.parts.pathsAndData.method(name, text, args, result);
    }
  }

  #closing(value: Cell, node: Node, scope: PyScope, module: PyModule): ObjectValue {
    const made = this.program.object();
    const close = () => {
      for (const name of ["close", "aclose"])
        this.parts.calls.callMethod(value, name, [], this.program.cell(), node, scope, module);
    };
    made.prop("__enter__").add(this.program.builtin("__enter__", (_args, result) => value.flowTo(result)));
    made.prop("__exit__").add(this.program.builtin("__exit__", close));
    return made;
  }

  #exitStack(node: Node, scope: PyScope, module: PyModule): ObjectValue {
    const made = this.program.object();
    const method = (name: string, call: (args: readonly Cell[], result: Cell) => void) =>
      made.prop(name).add(this.program.builtin(name, call));
    const enter = ([manager]: readonly Cell[], result: Cell) => {
      if (manager !== undefined) this.parts.statements.enterContext(manager, node, scope, module).flowTo(result);
    };
    const callback = ([called, ...args]: readonly Cell[], result: Cell) =>
      called?.each((value) => {
        const { declaration } = scope.frame;
        this.program.callValue(value, { args, result }, declaration, this.parts.statements.site(node, module), node);
      });
    method("__enter__", (_args, result) => result.add(made));
    method("pop_all", (_args, result) => result.add(made));
    for (const name of ["enter_context", "enter_async_context", "push", "push_async_exit"]) method(name, enter);
    for (const name of ["callback", "push_async_callback"]) method(name, callback);
    method("close", () => undefined);
    return made;
  }

  /** `go.register(other)`, also as a decorator: `go` may run the registered function. */
  register(value: FunctionValue, [given]: readonly Cell[], result: Cell): void {
    given?.each((each) => {
      if (!(each instanceof FunctionValue) || each.construct !== undefined)
        return result.add(this.program.builtin("register", (args, more) => this.register(value, args, more)));
      const args = each.parameters.map(() => this.program.cell(this.program.external("value")));
      const { declaration } = each;
      this.program.callValue(each, { args, result: this.program.cell() }, value.declaration, declaration, each);
      result.add(each);
    });
  }
}
