/** The files of a source, as far as readers of code see them. */
export interface TextFiles {
  /** By a path relative to the source, or within `library:`. Null for a file that is not there. */
  read: (path: string) => string | null;
}

/** A file of which no requirement can be known, and why. */
export interface Unreadable {
  file: string;
  reason: string;
}

/** Larger files are not read. Generated code and data of this size carry no requirements, and following them is slow. */
export const longestFileBytes = 2 ** 20;

export function tooLarge(bytes: number): string {
  return `it has ${bytes} bytes; Holdfast reads code files of up to ${longestFileBytes} bytes`;
}

export const tooDeep = "its code is nested too deeply to be read";
