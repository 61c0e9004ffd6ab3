import { formatCount, formatSpan } from "../domain/reports/downtime-wording.js";

export interface TimelineRow {
  name: string;
  bars: { kind: string; since: string; until: string; detail: string }[];
}

/** The minimal width of a bar, in thousandths of the row. */
const thinnest = 3;

/** An ISO time for people, in UTC and to the minute. */
export const minuteOf = (time: string): string => time.slice(0, 16).replace("T", " ");

/** Rows of bars over one interval of ISO times. A bar shows its details on hover. */
export function Timeline({ from, to, rows }: { from: string; to: string; rows: TimelineRow[] }) {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const place = (time: string) => ((Date.parse(time) - start) / Math.max(1, end - start)) * 1_000;
  return (
    <div class="timeline">
      {rows.map(({ name, bars }) => (
        <div>
          <span>{name}</span>
          <svg
            viewBox="0 0 1000 10"
            preserveAspectRatio="none"
            role="img"
            aria-label={`${name}: ${formatCount(bars.length, "bar")}`}
          >
            {bars.map(({ kind, since, until, detail }) => (
              <rect
                class={kind}
                x={Math.min(place(since), 1_000 - thinnest)}
                y={0}
                width={Math.max(thinnest, place(until) - place(since))}
                height={10}
              >
                <title>
                  {`${name} ${detail}, ${formatSpan(Date.parse(until) - Date.parse(since))}: ${minuteOf(since)} – ${minuteOf(until)} UTC`}
                </title>
              </rect>
            ))}
          </svg>
        </div>
      ))}
      <div class="soft">
        <span />
        <p>
          <span>{minuteOf(from)}</span>
          <span>{minuteOf(to)}</span>
        </p>
      </div>
    </div>
  );
}
