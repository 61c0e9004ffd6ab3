/** One result. `ratio` is the value divided by the reference, if there is one. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  reference: number | null;
  ratio: number | null;
}

export function figure(name: string, value: number, unit: string, reference: number | null = null): Figure {
  const round = (number: number) => Number(number.toPrecision(4));
  return {
    name,
    value: round(value),
    unit,
    reference: reference === null ? null : round(reference),
    ratio: reference === null ? null : round(value / reference),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
