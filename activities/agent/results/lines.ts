import { StringDecoder } from "node:string_decoder";

/** Longer lines are cut, because TAP needs no longer ones. */
const longestLine = 64 * 1024;

/** Splits a stream of bytes into lines of text. */
export interface LineStream {
  write: (data: Buffer) => void;
  end: () => void;
}

export function splitLines(onLine: (line: string) => void): LineStream {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const take = (text: string) => {
    const lines = (rest + text).split("\n");
    // Only the beginning of an endless line is kept; the rest is dropped piece by piece.
    rest = (lines.pop() ?? "").slice(0, longestLine);
    for (const line of lines) onLine(line.slice(0, longestLine).replace(/\r$/, ""));
  };
  return {
    write: (data) => take(decoder.write(data)),
    end() {
      take(decoder.end());
      if (rest !== "") onLine(rest);
      rest = "";
    },
  };
}
