import { environmentName, type Variant, variantKey } from "./variant.js";

/** The matrix of a test in a suite file. It has the same meaning as in GitHub Actions. */
export interface Matrix {
  axes: Readonly<Record<string, readonly string[]>>;
  /**
   * Each entry adds its values to the combinations that it does not contradict. An entry that fits none is a variant by
   * itself.
   */
  include: readonly Variant[];
  /** Each entry removes every combination that has all its values. */
  exclude: readonly Variant[];
}

/** How many variants one test may have. */
export const mostVariants = 256;
/** How many combinations there may be before `exclude`, so that a short file cannot use all memory. */
const mostCombinations = 65_536;

/**
 * Returns every variant of the matrix in the order of the file; `[{}]` without a matrix.
 * The axes are combined first. Then `exclude` removes combinations, and `include` adds values to the rest. `include` never adds
 * to a variant that another entry of `include` created.
 */
export function expandMatrix({ axes, include, exclude }: Matrix): Variant[] {
  if (Object.keys(axes).length === 0 && include.length === 0) return [{}];
  const combinations = combine(axes).filter((combination) => !exclude.some((rule) => isPartOf(rule, combination)));
  const variants = combinations.map((combination) => ({ combination, added: {} as Variant }));
  const apart: Variant[] = [];
  for (const entry of include) {
    const fitting = variants.filter(({ combination }) => contradictsNothing(entry, combination));
    for (const variant of fitting) Object.assign(variant.added, entry);
    if (fitting.length === 0) apart.push({ ...entry });
  }
  return [...variants.map(({ combination, added }) => ({ ...combination, ...added })), ...apart];
}

/** The mistakes in a matrix, each with its path from the matrix; empty for a correct one. */
export function matrixMistakes(matrix: Matrix): { path: (string | number)[]; message: string }[] {
  const { axes, include, exclude } = matrix;
  const keys = Object.keys(axes);
  const mistakes = [
    ...(["include", "exclude"] as const).flatMap((list) =>
      matrix[list].flatMap((entry, index) =>
        Object.keys(entry).length === 0 ? [{ path: [list, index], message: "name at least one value" }] : [],
      ),
    ),
    ...exclude.flatMap((entry, index) =>
      Object.entries(entry).flatMap(([key, value]) =>
        Object.hasOwn(axes, key) && axes[key]!.includes(value)
          ? []
          : [{ path: ["exclude", index, key], message: missing(key, value, axes) }],
      ),
    ),
    ...sharedNames([...new Set([...keys, ...include.flatMap(Object.keys)])]),
  ];
  if (mistakes.length > 0) return mistakes;
  if (keys.reduce((count, key) => count * axes[key]!.length, 1) > mostCombinations)
    return [{ path: [], message: `has more than ${mostCombinations} combinations` }];
  const variants = expandMatrix(matrix);
  if (variants.length === 0) return [{ path: ["exclude"], message: "takes away every combination" }];
  if (variants.length > mostVariants)
    return [{ path: [], message: `gives ${variants.length} variants; a test may have ${mostVariants}` }];
  const names = variants.map(variantKey);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? [] : [{ path: ["include"], message: `gives the variant ${twice} twice` }];
}

function combine(axes: Matrix["axes"]): Variant[] {
  const keys = Object.keys(axes);
  if (keys.length === 0) return [];
  let variants: Variant[] = [{}];
  for (const key of keys)
    variants = variants.flatMap((variant) => axes[key]!.map((value) => ({ ...variant, [key]: value })));
  return variants;
}

function isPartOf(rule: Variant, combination: Variant): boolean {
  return Object.entries(rule).every(([key, value]) => combination[key] === value);
}

function contradictsNothing(entry: Variant, combination: Variant): boolean {
  return Object.entries(entry).every(([key, value]) => !Object.hasOwn(combination, key) || combination[key] === value);
}

function missing(key: string, value: string, axes: Matrix["axes"]): string {
  return Object.hasOwn(axes, key)
    ? `"${key}" has no value "${value}"; it has ${axes[key]!.join(", ")}`
    : `the matrix has no "${key}"; it has ${Object.keys(axes).join(", ") || "nothing to take away from"}`;
}

/** The mistakes of keys that the test would see as one variable. */
function sharedNames(keys: readonly string[]): { path: string[]; message: string }[] {
  return keys.flatMap((key, index) => {
    const other = keys.slice(0, index).find((earlier) => environmentName(earlier) === environmentName(key));
    const variable = `HOLDFAST_VARIANT_${environmentName(key)}`;
    return other === undefined ? [] : [{ path: [], message: `"${other}" and "${key}" are both seen as ${variable}` }];
  });
}
