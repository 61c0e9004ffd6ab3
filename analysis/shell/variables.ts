/** A text that is known, or not. */
export type Text = string | undefined;
/** The fields of a value: one for a text, several for an array. */
export type Fields = readonly Text[];

/** More different values of one variable, or of one command, are not followed. */
export const mostAlternatives = 60;

/** The variables of a script, or of one call of a function. A variable has all the values that it may have. */
export class Variables {
  readonly #outer: Variables | undefined;
  readonly #values = new Map<string, readonly Fields[]>();

  constructor(outer?: Variables) {
    this.#outer = outer;
  }

  get(name: string): readonly Fields[] | undefined {
    return this.#values.get(name) ?? this.#outer?.get(name);
  }

  /** Makes a variable that only this call, and what it calls, sees. */
  declare(name: string): void {
    if (!this.#values.has(name)) this.#values.set(name, []);
  }

  /** @param isCertain whether the assignment always happens, so that earlier values are gone */
  set(name: string, values: readonly Fields[], isCertain: boolean): void {
    if (this.#outer !== undefined && !this.#values.has(name)) return this.#outer.set(name, values, isCertain);
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

export function distinct(values: readonly Fields[]): Fields[] {
  return [...new Map(values.map((fields) => [JSON.stringify(fields), fields])).values()].slice(0, mostAlternatives);
}
