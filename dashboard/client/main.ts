import { enableForms } from "./forms.js";
import { followChanges } from "./follow.js";
import { showLogs } from "./log.js";
import { keepTimesFresh } from "./times.js";

// What makes the page live. Without it the page can be read too, and loads itself again from time to time.
keepTimesFresh();
enableForms();
showLogs();
followChanges();
// Few pages have charts, and the library that draws them is larger than all the rest.
if (document.querySelector("figure[data-chart]") !== null)
  void import("./chart.js").then(({ drawCharts }) => drawCharts());
