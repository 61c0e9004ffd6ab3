/** A place in the code. `line` counts from 1. */
export interface Site {
  file: string;
  line: number;
}

/** Something in the code that can carry requirements and can be reached. */
export interface Declaration extends Site {
  name: string;
  /** The annotations in its comments. Decorators can add more. */
  requires: readonly Annotation[];
  /** Services that it starts itself. */
  provides: readonly string[];
}

/** The text after `@requires`, with placeholders such as `{name}` or `{0}`, and its place. */
export interface Annotation extends Site {
  text: string;
}
