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
const replacing = /^(.*)\.(useValue|toConstantValue|useClass|to|useFactory|toDynamicValue)$/;
/** Functions that receive a class and what replaces it: `container.register(Shop, { useValue: fake })`. */
const registers = /(?:^|\.)(?:register|registerInstance|registerSingleton|set|overrideProvider)$/;
const deepest = 4;

/**
 * Containers of dependency injection, such as those of NestJS, Angular, tsyringe, InversifyJS and typedi. They make the
 * objects of classes, and give each constructor the objects that its parameters declare.
 */
export class Containers {
  readonly #program: Program;
  /** What takes the place of a class, or of a name. */
  readonly #replacements = new Map<Value | string, Cell>();
  /** The classes that a call such as `overrideProvider(Shop)` names, by the path of its result. */
  readonly #named = new Map<string, Cell>();
  /** Results that are the object of a class. Which object that is, is known when all replacements are. */
  readonly lookups: { result: Cell; of: FunctionValue }[] = [];

  constructor(program: Program) {
    this.#program = program;
  }

  /** The values that take the place of the objects of a class; undefined if nothing does. */
  replacementOf(value: FunctionValue): readonly Value[] | undefined {
    return this.#replacements.get(value)?.values;
  }

  /** Learns from a call to a function outside the source. */
  see(call: ExternalCall, result: Cell): void {
    const { path, args } = call;
    const [first, second] = args;
    if (first === undefined) return;
    if (lookup.test(path)) this.#lookUp(first, result);
    if (namesClass.test(path)) this.#named.set(`${path}()`, first);
    if (takesProviders.test(path)) this.#providers(first, call, 0);
    if (registers.test(path) && second !== undefined) this.#register(first, second, call);
    const [, before, how] = replacing.exec(path) ?? [];
    const classes = before === undefined ? undefined : this.#named.get(before);
    if (classes !== undefined) this.#replace(classes, how!, first, call);
  }

  #lookUp(wanted: Cell, result: Cell): void {
    wanted.each((value) => {
      if (value.kind === "text") this.#replacementFor(value.text).flowTo(result);
      else if (value instanceof FunctionValue && value.construct !== undefined)
        this.lookups.push({ result, of: value });
    });
  }

  /** Finds `{ provide: Shop, useValue: fake }` in lists and sections. */
  #providers(cell: Cell, call: ExternalCall, depth: number): void {
    if (depth > deepest) return;
    cell.each((value) => {
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
      if (name.startsWith("use")) this.#replace(classes, name, prop, call);
    });
  }

  #register(classes: Cell, replacement: Cell, call: ExternalCall): void {
    replacement.each((value) => {
      if (value instanceof FunctionValue) this.#replace(classes, "useClass", this.#program.cell(value), call);
      else if (value instanceof ObjectValue && [...value.props.keys()].some((name) => name.startsWith("use")))
        this.#provider(classes, value, call);
      else this.#replace(classes, "useValue", this.#program.cell(value), call);
    });
  }

  #replace(classes: Cell, how: string, replacement: Cell, { from, at }: ExternalCall): void {
    const given = this.#program.cell();
    if (how === "useValue" || how === "toConstantValue") replacement.flowTo(given);
    else if (how === "useClass" || how === "to" || how === "useExisting") this.#lookUp(replacement, given);
    else
      replacement.each((value) => {
        // NestJS: `useFactory({ factory: () => fake })`
        const factory = value instanceof FunctionValue ? value : value instanceof ObjectValue && value.prop("factory");
        if (factory === false) return;
        const called = factory instanceof FunctionValue ? this.#program.cell(factory) : factory;
        this.#program.call(called, { args: [], result: given }, from, at, value);
      });
    classes.each((value) => {
      if (value.kind === "text") given.flowTo(this.#replacementFor(value.text));
      // `{ provide: Shop, useClass: Shop }` replaces nothing.
      else if (!replacement.values.includes(value)) given.flowTo(this.#replacementFor(value));
    });
  }

  #replacementFor(key: Value | string): Cell {
    let cell = this.#replacements.get(key);
    if (cell === undefined) this.#replacements.set(key, (cell = this.#program.cell()));
    return cell;
  }
}
