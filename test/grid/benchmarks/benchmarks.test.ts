import { testBenchmarks } from "../../support/benchmarks.js";

testBenchmarks({
  throughput: ["--jobs", "10"],
  latency: [],
  held: ["--jobs", "20"],
  analysis: ["--tests", "20"],
});
