/** The name of the suite file in a source. It stands alone, so that packing a source loads no schema. */
export const suiteFileName = "holdfast.yaml";
