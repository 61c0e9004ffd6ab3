import type { ExternalCall } from "../flow/call-records.js";
import type { Program } from "../flow/program.js";
import { type Cell, FunctionValue, ObjectValue, type Value } from "../flow/values.js";

/** Functions that give the object of a class: `module.get(Shop)`, `container.resolve(Shop)`, `inject(Shop)`. */
const lookup = /(?:^|\.)(?:get|getAsync|resolve|resolveAsync|inject|create|createInstance|instantiate)$/;
/** Functions that take lists of providers. */
const takesProviders =
  /(?:^|\.)(?:createTestingModule|configureTestingModule|Module|NgModule|Component|resolveAndCreate|bootstrapApplication|Injector\.create)$/;
/** Functions whose result replaces a class: `overrideProvider(Shop).useValue(fake)`, `bind(Shop).to(Fake)`. */
const namesClass = /(?:^|\.)(?:overrideProvider|overrideGuard|overrideInterceptor|bind|bindSync|rebind|rebindSync)$/;
const replacing = /^(given\d+)\.(useValue|toConstantValue|useClass|to|toService|useFactory|toDynamicValue)$/;
/** Functions that receive a class and what replaces it: `container.register(Shop, { useValue: fake })`. */
const registers = /(?:^|\.)(?:register|registerInstance|registerSingleton|set|overrideProvider)$/;
/** Other objects have such functions too, such as a map or a registry. */
const isContainer = /container|inject|testbed|testing|inversify|tsyringe|typedi/i;
const deepest = 4;

/**
 * Containers of dependency injection, such as those of NestJS, Angular, tsyringe, InversifyJS and typedi. They make the
 * objects of classes, and give each constructor the objects that its parameters declare.
 */
export class Containers {
  readonly #program: Program;
  /** What `{ provide: … }` and `bind(…)` give in place of a class, or of a name. */
  readonly #provided = new Map<Value | string, Cell>();
  /** What `overrideProvider(…)` gives. It wins over everything else. */
  readonly #overrides = new Map<Value | string, Cell>();
  /** Classes that a list of providers names as they are. */
  readonly #plain = new Set<Value>();
  /** The class of each call such as `overrideProvider(Shop)`, and whether it overrides. Its result has the path `given<index>`. */
  readonly #given: { classes: Cell; isOverride: boolean }[] = [];
  /** Results that are the object of a class. They are filled when the replacements are known. */
  readonly lookups: { result: Cell; of: FunctionValue }[] = [];
  /** How many files of tests the command runs. Each may replace other classes. */
  entered = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  /** The values that replace the objects of a class, and whether the class's own objects are used too. */
  replacementOf(value: FunctionValue): { values: readonly Value[]; isOwnUsed: boolean } {
    const override = this.#overrides.get(value);
    const provided = this.#provided.get(value);
    const isOneFile = this.entered <= 1;
    if (override !== undefined) return { values: override.values, isOwnUsed: !isOneFile };
    if (provided === undefined) return { values: [], isOwnUsed: true };
    return { values: provided.values, isOwnUsed: !isOneFile || this.#plain.has(value) };
  }

  /** Learns from a call to a function outside the source. @returns whether nothing else needs to handle it */
  onCall(call: ExternalCall, result: Cell): boolean {
    const { path, args } = call;
    const [first, second] = args;
    if (first === undefined) return false;
    if (lookup.test(path)) this.#lookUp(first, result, isContainer.test(path));
    if (takesProviders.test(path)) this.#providers(first, call, 0);
    if (second !== undefined && registers.test(path) && isContainer.test(path)) this.#register(first, second, call);
    const [, index, how] = replacing.exec(path) ?? [];
    const given = index === undefined ? undefined : this.#given[Number(index.slice("given".length))];
    if (given !== undefined) this.#replace(given.classes, how!, first, given.isOverride, call);
    const isOfContainer = isContainer.test(path) || path.startsWith("given");
    if (second !== undefined || !namesClass.test(path) || !isOfContainer) return false;
    // The path of the result is short, so that it is not cut off in a long chain of overrides.
    result.add(this.#program.external(`given${this.#given.length}`));
    this.#given.push({ classes: first, isOverride: /\.(?:override|rebind)\w*$/.test(path) });
    return true;
  }

  #lookUp(wanted: Cell, result: Cell, isByName = true): void {
    wanted.each((value) => {
      if (value.kind === "text" && isByName) this.#cellOf(this.#provided, value.text).flowTo(result);
      else if (value instanceof FunctionValue && value.construct !== undefined)
        this.lookups.push({ result, of: value });
    });
  }

  /** Finds `{ provide: Shop, useValue: fake }` and plain classes in lists and sections. */
  #providers(cell: Cell, call: ExternalCall, depth: number): void {
    if (depth > deepest) return;
    cell.each((value) => {
      if (value instanceof FunctionValue) this.#plain.add(value);
      if (!(value instanceof ObjectValue) || value instanceof FunctionValue) return;
      value.eachName((name, prop) => {
        if (name === "provide") this.#provider(prop, value, call);
        else this.#providers(prop, call, depth + 1);
      });
      this.#providers(value.rest, call, depth + 1);
    });
  }

  #provider(classes: Cell, record: ObjectValue, call: ExternalCall): void {
    record.eachName((name, prop) => {
      if (name.startsWith("use")) this.#replace(classes, name, prop, false, call);
    });
  }

  #register(classes: Cell, replacement: Cell, call: ExternalCall): void {
    replacement.each((value) => {
      const isRecord = value instanceof ObjectValue && [...value.props.keys()].some((name) => name.startsWith("use"));
      const isClass = value instanceof FunctionValue && value.construct !== undefined;
      if (isRecord && !isClass) this.#provider(classes, value, call);
      else this.#replace(classes, isClass ? "useClass" : "useValue", this.#program.cell(value), false, call);
    });
  }

  #replace(classes: Cell, how: string, replacement: Cell, isOverride: boolean, { from, at }: ExternalCall): void {
    const given = this.#program.cell();
    if (how === "useValue" || how === "toConstantValue") replacement.flowTo(given);
    else if (how === "useFactory" || how === "toDynamicValue")
      replacement.each((value) => {
        // NestJS: `useFactory({ factory: () => fake })`
        const isFunction = value instanceof FunctionValue;
        if (!isFunction && !(value instanceof ObjectValue)) return;
        const factory = isFunction ? this.#program.cell(value) : value.prop("factory");
        this.#program.call(factory, { args: [], result: given }, from, at, value);
      });
    else this.#lookUp(replacement, given);
    const kept = isOverride ? this.#overrides : this.#provided;
    classes.each((value) => {
      if (value.kind === "text") given.flowTo(this.#cellOf(this.#provided, value.text));
      // `{ provide: Shop, useClass: Shop }` replaces nothing.
      else if (!replacement.values.includes(value)) given.flowTo(this.#cellOf(kept, value));
    });
  }

  #cellOf(kept: Map<Value | string, Cell>, key: Value | string): Cell {
    let cell = kept.get(key);
    if (cell === undefined) kept.set(key, (cell = this.#program.cell()));
    return cell;
  }
}
