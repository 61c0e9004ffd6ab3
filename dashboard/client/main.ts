import { enableForms } from "./forms.js";
import { followChanges } from "./follow.js";
import { showLogs } from "./log.js";
import { keepTimesFresh } from "./times.js";

// Makes the page live. The page can also be read without this script. Then it reloads from time to time.
keepTimesFresh();
enableForms();
showLogs();
followChanges();
// Few pages have charts, and the library that draws them is larger than all the rest.
if (document.querySelector("figure[data-chart]") !== null)
  void import("./chart.js").then(({ drawCharts }) => drawCharts());
