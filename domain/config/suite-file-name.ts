/** The name of the suite file in a source. It has its own module, so that packing a source loads no schema. */
export const suiteFileName = "holdfast.yaml";
