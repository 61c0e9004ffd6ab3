/** A text; undefined if it is not known. */
export type Text = string | undefined;
/** The fields of a value: one for a text, several for an array. */
export type Fields = readonly Text[];

/** At most this many different values of a variable or a command are followed. */
export const mostAlternatives = 60;

const mostFields = 1_000;
const longestText = 4_000;

/** The variables of a script, or of one call of a function. A variable holds all its possible values. */
export class Variables {
  readonly #outer: Variables | undefined;
  readonly #isIsolated: boolean;
  readonly #exported = new Set<string>();
  readonly #aliases = new Map<string, string>();
  readonly #values = new Map<string, readonly Fields[]>();

  /** @param isIsolated whether assignments stay within, as in a subshell */
  constructor(outer?: Variables, isIsolated = false) {
    this.#outer = outer;
    this.#isIsolated = isIsolated;
  }

  get(name: string): readonly Fields[] | undefined {
    const target = this.#aliases.get(name);
    if (target !== undefined) return this.#values.get(target) ?? this.#outer?.get(target);
    return this.#values.get(name) ?? this.#outer?.get(name);
  }

  /** Makes a name refer to another variable, as in `local -n name=other`. */
  alias(name: string, target: string): void {
    if (name !== target) this.#aliases.set(name, target);
  }

  /** The values that are set here, without those of the outer variables. */
  own(): Record<string, readonly Fields[]> {
    return Object.fromEntries(this.#values);
  }

  /** The variables that started programs see. */
  exported(): Map<string, readonly Fields[]> {
    const names = [...this.#exported, ...(this.#outer?.exported().keys() ?? [])];
    return new Map(names.flatMap((name) => (this.get(name) === undefined ? [] : [[name, this.get(name)!] as const])));
  }

  /** Lets started programs see a variable. */
  export(name: string): void {
    this.#exported.add(name);
  }

  /** Makes a variable local to this call and the functions that it calls. */
  declare(name: string): void {
    if (!this.#values.has(name)) this.#values.set(name, []);
  }

  /** @param isCertain whether the assignment always happens and so replaces earlier values */
  set(name: string, values: readonly Fields[], isCertain: boolean): void {
    if (this.#outer !== undefined && !this.#isIsolated && !this.#values.has(name))
      return this.#outer.set(name, values, isCertain);
    const before = isCertain ? [] : (this.get(name) ?? []);
    this.#values.set(name, distinct([...before, ...values]));
  }

  /** Adds fields to each value, as `array+=(…)` does. */
  append(name: string, values: readonly Fields[], isCertain: boolean): void {
    const before = this.get(name) ?? [[]];
    this.set(
      name,
      before.flatMap((fields) => values.map((more) => [...fields, ...more])),
      isCertain,
    );
  }
}

/** Removes duplicate lists of fields, and limits their number and lengths. */
export function distinct(values: readonly Fields[]): Fields[] {
  const short = values.map((fields) => fields.slice(0, mostFields).map(shortened));
  return [...new Map(short.map((fields) => [JSON.stringify(fields), fields])).values()].slice(0, mostAlternatives);
}

function shortened(text: Text): Text {
  return text !== undefined && text.length > longestText ? undefined : text;
}

/** The name under which an item of an associative array is kept. */
export function itemOf(name: string, key: string): string {
  return `${name}[${key}]`;
}

/** The name under which the keys of an associative array are kept. */
export function keysOf(name: string): string {
  return `!${name}`;
}
