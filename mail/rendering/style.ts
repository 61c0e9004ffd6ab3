import type { Tone } from "../mail-document.js";

/** Mail programs mostly support only inline styles; colors for dark screens are in `darkStyle`. */
type Style = Readonly<Record<string, string | number>>;

const sans = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const mono = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace";
/** Long names break anywhere rather than push the page wide. */
const breaking = { overflowWrap: "anywhere", wordBreak: "break-word" } as const;

const tones: Record<Tone, { ink: string; ground: string }> = {
  good: { ink: "#14653f", ground: "#e4f4ea" },
  bad: { ink: "#a61b24", ground: "#fdeaea" },
  held: { ink: "#7d4500", ground: "#fdf0dc" },
  plain: { ink: "#3b4048", ground: "#eceef1" },
};

const rules = {
  page: { margin: 0, padding: 0, background: "#f4f5f7" },
  outer: { width: "100%", background: "#f4f5f7", borderCollapse: "collapse" },
  margin: { padding: "20px 8px 32px" },
  card: {
    width: "100%",
    maxWidth: "700px",
    margin: "0 auto",
    background: "#ffffff",
    borderRadius: "10px",
    borderCollapse: "separate",
    borderSpacing: 0,
    tableLayout: "fixed",
    fontFamily: sans,
    fontSize: "15px",
    lineHeight: "1.5",
    color: "#1d2127",
    textAlign: "left",
  },
  head: { padding: "24px 20px 8px", ...breaking },
  part: { padding: "18px 20px 0", ...breaking },
  foot: { padding: "22px 20px 24px", fontSize: "12px", color: "#69707a" },
  badge: {
    display: "inline-block",
    padding: "2px 10px",
    borderRadius: "999px",
    fontSize: "13px",
    fontWeight: 700,
    letterSpacing: "0.04em",
  },
  title: { margin: "12px 0 6px", fontSize: "21px", lineHeight: "1.3", fontWeight: 650, ...breaking },
  lead: { margin: "0 0 6px" },
  section: {
    margin: "0 0 6px",
    paddingTop: "14px",
    borderTop: "1px solid #e6e8ec",
    fontSize: "13px",
    fontWeight: 650,
    color: "#69707a",
  },
  summary: {
    paddingTop: "14px",
    borderTop: "1px solid #e6e8ec",
    fontSize: "13px",
    fontWeight: 650,
    color: "#69707a",
    cursor: "pointer",
  },
  folded: { padding: "12px 0 0" },
  facts: { width: "100%", borderCollapse: "collapse", tableLayout: "fixed" },
  name: {
    width: "124px",
    padding: "2px 12px 2px 0",
    color: "#69707a",
    verticalAlign: "top",
    textAlign: "left",
    fontWeight: 400,
    ...breaking,
  },
  value: { padding: "2px 0", verticalAlign: "top", ...breaking },
  list: { margin: 0, padding: "0 0 0 20px", listStyle: "none" },
  soft: { margin: "0 0 6px", color: "#69707a", fontSize: "13px" },
  sign: { display: "inline-block", width: "20px", marginLeft: "-20px", fontFamily: mono, fontWeight: 700 },
  item: { margin: "0 0 4px", ...breaking },
  aside: { color: "#69707a", fontSize: "13px" },
  also: { fontSize: "13px" },
  detail: {
    margin: "2px 0 6px",
    fontFamily: mono,
    fontSize: "12.5px",
    lineHeight: "1.5",
    whiteSpace: "pre-wrap",
    color: "#3b4048",
    ...breaking,
  },
  sheet: {
    margin: "4px 0 0",
    padding: "10px 0",
    background: "#f6f7f9",
    borderRadius: "8px",
    fontFamily: mono,
    fontSize: "12.5px",
    lineHeight: "1.55",
  },
  line: { padding: "0 12px", whiteSpace: "pre-wrap", ...breaking },
  mark: {
    display: "inline-block",
    width: "16px",
    height: "20px",
    marginRight: "3px",
    borderRadius: "4px",
    textAlign: "center",
    fontFamily: mono,
    fontSize: "12px",
    lineHeight: "20px",
  },
  link: { color: "#1f5fbf", textDecoration: "underline" },
} as const satisfies Record<string, Style>;

/** `{ fontSize: "15px" }` as `font-size:15px`. */
function inline(style: Style): string {
  const entries = Object.entries(style).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    value,
  ]);
  return entries.map(([name, value]) => `${name}:${value}`).join(";");
}

/** Rendered once, because a mail uses them hundreds of times. */
export const styles = Object.fromEntries(Object.entries(rules).map(([name, style]) => [name, inline(style)])) as Record<
  keyof typeof rules,
  string
>;

/** The text color of a tone, and its background. */
export const inks = Object.fromEntries(
  Object.entries(tones).map(([tone, { ink }]) => [tone, `color:${ink}`]),
) as Record<Tone, string>;
export const grounds = Object.fromEntries(
  Object.entries(tones).map(([tone, { ink, ground }]) => [tone, `color:${ink};background:${ground}`]),
) as Record<Tone, string>;

/** Styles for dark screens; classes have the same names as in `styles`. */
export const darkStyle = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (min-width: 600px) { .hf-head, .hf-part, .hf-foot { padding-left: 32px !important; padding-right: 32px !important; } .hf-name { width: 150px !important; } }
@media (prefers-color-scheme: dark) {
  .hf-page, .hf-outer { background: #101214 !important; }
  .hf-card { background: #1a1c20 !important; color: #eceef1 !important; }
  .hf-soft, .hf-name, .hf-section, .hf-foot { color: #a3a9b3 !important; }
  .hf-section { border-top-color: #2e3239 !important; }
  .hf-sheet { background: #121417 !important; }
  .hf-detail { color: #c9ced6 !important; }
  .hf-link { color: #8ab8ff !important; }
  .hf-good { color: #6fd3a0 !important; } .hf-on-good { color: #8be0b4 !important; background: #153124 !important; }
  .hf-bad { color: #ff9a9a !important; } .hf-on-bad { color: #ffb0b0 !important; background: #431b1e !important; }
  .hf-held { color: #ffbf73 !important; } .hf-on-held { color: #ffcb8c !important; background: #3a2a12 !important; }
  .hf-plain { color: #c9ced6 !important; } .hf-on-plain { color: #d5d9df !important; background: #2b2f36 !important; }
}`;
