import { basePath, MadeValues } from "./made-values.js";
import { partOfUrl } from "./source-paths.js";
import { nothing, runsText } from "./known-paths.js";
import type { CallShape, ExternalCall, OpenCall } from "./call-records.js";
import type { Declaration, Site } from "./declaration.js";
import type { ExternalValue } from "./plain-values.js";
import { type Cell, FunctionValue, ObjectValue, type Value } from "./values.js";

/** Calls of one function from this many places have separate parameters. Calls from all other places share theirs. */
const mostSeparateCalls = 24;

/** Names of builtins that are functions of the source with some arguments bound. */
const boundNames = /^(?:bound|partial)\b/;

/** What unknown code does with the functions that it gets. */
interface UnknownCode {
  /** It passes this to them, as `this` and as their first argument. */
  context?: Cell | undefined;
  /** It also calls the functions that they return. */
  isResultCalled?: boolean;
  /** It may return what they return. */
  into?: Cell;
}

/** All values and calls in the code of one test. The readers of the languages fill it. It knows no language itself. */
export class Program extends MadeValues {
  readonly externalCalls: ExternalCall[] = [];
  readonly openCalls: OpenCall[] = [];
  readonly notes: { reason: string; at: Site; from: Declaration }[] = [];
  /** Calls everything in a cell. @param node distinguishes calls on the same line */
  call(callee: Cell, shape: CallShape, from: Declaration, at: Site, node: object, isNew = false): void {
    callee.each((value) => this.callValue(value, shape, from, at, node, isNew));
  }

  callValue(value: Value, shape: CallShape, from: Declaration, at: Site, node: object, isNew = false): void {
    if (value instanceof FunctionValue) this.#callFunction(value, shape, from, at, node, isNew);
    else if (value.kind === "builtin") value.call(shape.args, shape.result, at);
    else if (value.kind === "external") this.#callExternal(value, shape, from, at);
  }

  #callFunction(
    target: FunctionValue,
    shape: CallShape,
    from: Declaration,
    at: Site,
    node: object,
    isNew: boolean,
  ): void {
    this.reach(from, target.declaration, target.declaration.name, at);
    const places = target.calls.size;
    const own = `${this.idOf(node)}${isNew ? "n" : ""}`;
    const key = target.calls.has(own) || places < mostSeparateCalls ? own : isNew ? "shared new" : "shared";
    let call = target.calls.get(key);
    if (call === undefined) {
      // A shared call has room for every parameter, and for every argument of the first call that uses it.
      const count = key === own ? shape.args.length : Math.max(target.parameters.length, shape.args.length);
      const args = Array.from({ length: count }, () => this.cell());
      call = {
        receiver: this.cell(),
        args,
        spread: shape.spread && this.cell(),
        named: new Map(),
        result: this.cell(),
      };
      for (const name of shape.named?.keys() ?? []) call.named!.set(name, this.cell());
      target.calls.set(key, call);
      this.recordCall(target, call, at);
      if (isNew) {
        const made = this.object();
        made.protos.add(target.prototype);
        if (target.construct === undefined) target.prop("prototype").flowTo(made.protos);
        call.receiver.add(made);
        call.result.add(made);
      }
      const work = (isNew ? target.construct : undefined) ?? target.run;
      work(call, target);
    }
    if (!isNew) shape.receiver?.flowTo(call.receiver);
    const { args } = call;
    shape.args.forEach((arg, index) => args[index] !== undefined && arg.flowTo(args[index]));
    if (shape.spread !== undefined)
      for (const arg of [...args, ...(call.spread ? [call.spread] : [])]) shape.spread.flowTo(arg);
    for (const [name, cell] of shape.named ?? []) {
      const into = call.named?.get(name);
      if (into !== undefined) cell.flowTo(into);
    }
    call.result.flowTo(shape.result);
  }

  #callExternal(value: ExternalValue, shape: CallShape, from: Declaration, at: Site): void {
    const call: ExternalCall = { path: value.path, args: shape.args, from, at };
    if (value.path === nothing) return;
    this.externalCalls.push(call);
    if (runsText.test(value.path))
      this.notes.push({ reason: `${value.path} runs code that is not known here`, at, from });
    if (this.onExternalCall?.(call, shape.result) === true) return;
    shape.result.add(this.external(`${basePath(value.path)}()`));
    if (this.neverCallsArguments?.test(value.path) === true) return;
    const context = this.contextOf?.(value.path);
    const how = { context, isResultCalled: this.callsResult?.(value.path) === true, into: shape.result };
    for (const arg of shape.args) this.passToUnknownCode(arg, from, at, how);
  }

  /** Unknown code receives a value. The analysis assumes that it calls all functions in the value. */
  passToUnknownCode(cell: Cell, from: Declaration, at: Site, how: UnknownCode = {}, depth = 0): void {
    const { context, isResultCalled = false, into } = how;
    cell.each((value) => {
      if (value instanceof FunctionValue) {
        const args = value.parameters.map(() => this.cell(this.external("argument")));
        if (context !== undefined && args.length > 0) args[0] = context;
        const shape = { receiver: context, args, result: this.cell() };
        // `useMemo(() => made)` returns what the callback returns.
        if (into !== undefined && value.construct === undefined)
          shape.result.each((made) => made instanceof ObjectValue && into.add(made));
        if (isResultCalled)
          shape.result.each(
            (made) => made instanceof FunctionValue && this.passToUnknownCode(this.cell(made), from, at),
          );
        this.callValue(value, shape, from, at, value, value.construct !== undefined);
      } else if (value.kind === "builtin" && boundNames.test(value.name)) {
        value.call([this.cell(this.external("argument"))], this.cell(), at);
      } else if (value instanceof ObjectValue && depth < 2 && value.protos.isEmpty) {
        value.eachName((_name, prop) => this.passToUnknownCode(prop, from, at, { context }, depth + 1));
        this.passToUnknownCode(value.rest, from, at, { context }, depth + 1);
      }
    });
  }

  /** Reads a property of every value in a cell. */
  read(object: Cell, name: string, from: Declaration, at: Site, node: object): Cell {
    const into = this.cell();
    this.load(object, name, into, from, at, node);
    return into;
  }

  /** Like `read`, but into an existing cell. */
  load(object: Cell, name: string, into: Cell, from: Declaration, at: Site, node: object): void {
    object.each((value) => this.loadFrom(value, value, name, into, from, at, node));
  }

  loadFrom(
    value: Value,
    receiver: Value,
    name: string,
    into: Cell,
    from: Declaration,
    at: Site,
    node: object,
    seen = new Set<Value>(),
  ): void {
    if (seen.has(value)) return;
    seen.add(value);
    if (value.kind === "external") {
      if (value.path !== nothing) into.add(this.external(`${basePath(value.path)}.${name}`));
    } else if (value.kind === "text") {
      const part = partOfUrl(value.text, name);
      into.add(part === undefined ? this.external(`text.${name}`) : { kind: "text", text: part });
    } else if (value.kind === "builtin") {
      const statics = this.staticsOf?.(value);
      if (statics === undefined) into.add(this.external(`${value.name}.${name}`));
      else this.loadFrom(statics, value, name, into, from, at, node);
    } else {
      const annotated = value.annotated.get(name);
      if (annotated !== undefined) this.reach(from, annotated, annotated.name, at);
      const getter = value.getters.get(name);
      if (getter !== undefined)
        this.callValue(getter, { receiver: this.cell(receiver), args: [], result: into }, from, at, node);
      value.prop(name).flowTo(into);
      value.rest.flowTo(into);
      if (value.declared.has(name) || getter !== undefined) return;
      const builtin = !value.prop(name).isEmpty ? undefined : this.onMissing?.(value, name);
      if (builtin !== undefined && value.protos.isEmpty) into.add(builtin);
      value.protos.each((proto) => this.loadFrom(proto, receiver, name, into, from, at, node, seen));
    }
  }

  store(object: Cell, name: string, value: Cell, from: Declaration, at: Site, node: object): void {
    object.each((target) => {
      // `socket.onmessage = …`: the library calls what it is given.
      if (target.kind === "external" && target.path !== nothing) this.passToUnknownCode(value, from, at);
      if (!(target instanceof ObjectValue)) return;
      const setter = this.#setterOf(target, name);
      if (setter !== undefined)
        this.callValue(setter, { receiver: this.cell(target), args: [value], result: this.cell() }, from, at, node);
      else value.flowTo(target.prop(name));
    });
  }

  #setterOf(target: ObjectValue, name: string, depth = 0): FunctionValue | undefined {
    const own = target.setters.get(name);
    if (own !== undefined || depth > 50) return own;
    for (const proto of target.protos.values) {
      const found = proto instanceof ObjectValue ? this.#setterOf(proto, name, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
