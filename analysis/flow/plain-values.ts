/** A text or number that the code contains. */
export interface TextValue {
  kind: "text";
  text: string;
}

/** Something outside the source. `path` says how the code reached it, such as `node:fs.readFileSync` or `pg.Pool()`. */
export interface ExternalValue {
  kind: "external";
  path: string;
}
