import { testBenchmarks } from "../../support/benchmarks.js";

testBenchmarks({
  alarm: [],
  recovery: ["--jobs", "20"],
  frozen: ["--seconds", "5"],
  storm: ["--minutes", "1"],
});
