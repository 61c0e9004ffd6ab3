/** One combination of a matrix, `{}` if there is none. */
export type Variant = Record<string, string>;

/** A stable text for a variant: `browser=firefox,os=linux`; empty for none. */
export function variantKey(variant: Variant): string {
  return Object.keys(variant)
    .sort()
    .map((key) => `${key}=${variant[key] ?? ""}`)
    .join(",");
}

/** A test with its variant, for people: `checkout [browser=firefox]`. */
export function testTitle(test: string, variant: Variant): string {
  const key = variantKey(variant);
  return key === "" ? test : `${test} [${key}]`;
}

/** The environment variables that tell the test its variant: `HOLDFAST_VARIANT_<KEY>`. */
export function variantEnvironment(variant: Variant): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variant).map(([key, value]) => [`HOLDFAST_VARIANT_${environmentName(key)}`, value]),
  );
}

export function environmentName(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
}
