import Table from "cli-table3";

/** Prints a result: for programs as JSON, for people as a text. */
export function resultPrinter(print: (text: string) => void) {
  return (json: boolean | undefined, value: unknown, text: string) =>
    print(json === true ? JSON.stringify(value, null, 2) : text);
}

/** A plain table without lines, as wide as it needs to be. */
export function formatTable(head: string[], rows: string[][]): string {
  const none = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "  ",
  };
  const table = new Table({
    head,
    chars: none,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows);
  return table.toString();
}

const longestCell = 160;

/** Shortens a text so that the other columns of a table stay visible. */
export function shorten(text: string): string {
  return text.length <= longestCell ? text : `${text.slice(0, longestCell - 1)}…`;
}
