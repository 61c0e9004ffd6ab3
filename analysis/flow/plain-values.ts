/** A text or number that the code contains. */
export interface TextValue {
  kind: "text";
  text: string;
}

/** Something that is not part of the source, known by how it was reached: `node:fs.readFileSync`, `pg.Pool()`. */
export interface ExternalValue {
  kind: "external";
  path: string;
}
