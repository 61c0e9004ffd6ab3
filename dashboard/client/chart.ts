import uPlot from "uplot";
import css from "uplot/dist/uPlot.min.css?inline";
import type { ChartData } from "../chart.js";

type Drawn = Omit<ChartData, "title" | "times"> & { times: number[] };

const height = 200;

/** Draws every `<figure data-chart="…">`. A chart adapts to the width of its place. */
export function drawCharts(): void {
  const style = document.createElement("style");
  style.textContent = css;
  document.head.append(style);
  for (const figure of document.querySelectorAll<HTMLElement>("figure[data-chart]")) draw(figure);
}

function draw(figure: HTMLElement): void {
  const { times, lines, unit } = JSON.parse(figure.dataset["chart"]!) as Drawn;
  const place = figure.querySelector("div")!;
  const colors = getComputedStyle(document.documentElement);
  const color = (name: string) => colors.getPropertyValue(name).trim();
  const axis = { stroke: color("--soft"), grid: { stroke: color("--line"), width: 1 } };
  const plot = new uPlot(
    {
      width: place.clientWidth,
      height,
      cursor: { y: false },
      scales: { y: { range: (_plot, _least, most) => [0, unit === "percent" ? 100 : Math.max(1, most * 1.05)] } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
      axes: [
        { ...axis, values: (_plot, seconds, _axis, _space, step) => seconds.map((at) => timeText(at, step)) },
        { ...axis, size: 70, values: (_plot, values) => values.map((value) => textOf(value, unit)) },
      ],
      series: [
        {
          label: "time (UTC)",
          value: (_plot, at) => (at === null ? "" : new Date(at * 1_000).toISOString().slice(0, 16).replace("T", " ")),
        },
        ...lines.map(({ name, tone }) => ({
          label: name,
          stroke: color(tone === "plain" ? "--link" : `--${tone}`),
          width: 2,
          points: { size: 4 },
          value: (_plot: uPlot, value: number | null) => (value === null ? "" : textOf(value, unit)),
        })),
      ],
    },
    [times, ...lines.map(({ values }) => [...values])],
    place,
  );
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height })).observe(place);
}

/** @param step the seconds between two marks of the axis */
function timeText(at: number, step: number): string {
  const text = new Date(at * 1_000).toISOString();
  if (step >= 86_400) return text.slice(5, 10);
  return step >= 60 ? text.slice(11, 16) : text.slice(11, 19);
}

function textOf(value: number, unit: Drawn["unit"]): string {
  if (unit === "percent") return `${value} %`;
  if (unit === "count") return Number.isInteger(value) ? String(value) : "";
  if (value < 1_000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${Number((value / 1_000).toFixed(1))} s`;
  return value < 3_600_000
    ? `${Number((value / 60_000).toFixed(1))} min`
    : `${Number((value / 3_600_000).toFixed(1))} h`;
}
