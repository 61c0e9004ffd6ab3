/** The files of a source, as readers of code see them. */
export interface TextFiles {
  /** The text of a file, by its path relative to the source or under `library:`; null if the file does not exist. */
  read: (path: string) => string | null;
}

/** A file whose requirements cannot be known, and the reason. */
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
