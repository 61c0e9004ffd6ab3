/** Lines over time. Times are ISO, oldest first; null leaves a gap. */
export interface ChartData {
  /** What the chart shows, for those who cannot see it. */
  title: string;
  times: readonly string[];
  lines: readonly { name: string; tone: "good" | "bad" | "held" | "plain"; values: readonly (number | null)[] }[];
  /** The unit of the values. */
  unit: "ms" | "count" | "percent";
}

/** A chart that the page's script draws. Without the script, the tables of the page show the same data. */
export function Chart({ title, times, lines, unit }: ChartData) {
  if (times.length < 2) return null;
  return (
    <figure
      class="chart"
      data-chart={JSON.stringify({ times: times.map((time) => Date.parse(time) / 1_000), lines, unit })}
      data-keep
    >
      <figcaption>{title}</figcaption>
      <div role="img" aria-label={title} />
    </figure>
  );
}
