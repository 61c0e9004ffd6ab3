import { AnsiUp } from "ansi_up";
import { followStream } from "./event-source.js";

/** At most this many lines are shown at a time. */
const mostShown = 2_000;

const shown = new WeakSet<HTMLPreElement>();

/** Fills each new `<pre data-log="…">` with a log as it grows: with colors, line numbers to link to, and a search. */
export function showLogs(): void {
  for (const pre of document.querySelectorAll<HTMLPreElement>("pre[data-log]")) {
    if (shown.has(pre)) continue;
    shown.add(pre);
    new LogView(pre).follow();
  }
}

class LogView {
  readonly #pre: HTMLPreElement;
  readonly #search: HTMLInputElement | null;
  readonly #note: HTMLElement | null;
  /** HTML of whole lines; the last, unfinished one is in `#rest`. */
  readonly #lines: string[] = [];
  readonly #plain: string[] = [];
  readonly #colors = new AnsiUp();
  #rest = "";
  #isPlanned = false;

  constructor(pre: HTMLPreElement) {
    this.#pre = pre;
    const section = pre.closest("section");
    this.#search = section?.querySelector<HTMLInputElement>("input[type=search]") ?? null;
    this.#note = section?.querySelector<HTMLElement>(".log-note") ?? null;
    this.#colors.use_classes = true;
  }

  follow(): void {
    this.#search?.addEventListener("input", () => this.#plan());
    window.addEventListener("hashchange", () => this.#plan());
    let offset = "0";
    followStream(() => `${this.#pre.dataset["log"]!}&offset=${offset}`, {
      events: {
        log: ({ data, lastEventId }) => {
          offset = lastEventId;
          this.#add((JSON.parse(data) as { text: string }).text);
        },
        end: () => true,
      },
      // The page may show another attempt by now.
      isWanted: () => this.#pre.isConnected,
    });
  }

  #add(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) {
      // A carriage return overwrites the line before it, as on a terminal.
      const seen = line.replace(/\r$/, "").split("\r").at(-1)!;
      this.#lines.push(this.#colors.ansi_to_html(seen));
      // eslint-disable-next-line no-control-regex
      this.#plain.push(seen.replace(/\u001b\[[\d;]*[A-Za-z]/g, "").toLowerCase());
    }
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    requestAnimationFrame(() => {
      this.#isPlanned = false;
      this.#render();
    });
  }

  #render(): void {
    const wanted = this.#search?.value.trim().toLowerCase() ?? "";
    const target = Number(/^#L(\d+)$/.exec(location.hash)?.[1] ?? 0);
    const isAtEnd = this.#pre.scrollTop + this.#pre.clientHeight >= this.#pre.scrollHeight - 20;
    const numbers = this.#chosen(wanted, target);
    this.#pre.innerHTML = numbers
      .map((number) => {
        const isTarget = number === target ? ' class="target"' : "";
        return `<span id="L${number}"${isTarget}><a href="#L${number}">${number}</a>${this.#lines[number - 1]}\n</span>`;
      })
      .join("");
    if (this.#rest !== "") this.#pre.append(this.#rest);
    if (this.#note !== null)
      this.#note.textContent =
        wanted === "" ? `${this.#lines.length} lines` : `${numbers.length} of ${this.#lines.length} lines`;
    if (target > 0 && wanted === "") document.getElementById(`L${target}`)?.scrollIntoView({ block: "center" });
    else if (isAtEnd && wanted === "") this.#pre.scrollTop = this.#pre.scrollHeight;
  }

  /** Numbers of the lines to show: the lines that match, the lines around the one that the address names, or the last lines. */
  #chosen(wanted: string, target: number): number[] {
    const numbers: number[] = [];
    if (wanted !== "") {
      for (let index = 0; index < this.#plain.length && numbers.length < mostShown; index++)
        if (this.#plain[index]!.includes(wanted)) numbers.push(index + 1);
      return numbers;
    }
    const last = target === 0 ? this.#lines.length : Math.min(this.#lines.length, target + mostShown / 2);
    for (let number = Math.max(1, last - mostShown + 1); number <= last; number++) numbers.push(number);
    return numbers;
  }
}
