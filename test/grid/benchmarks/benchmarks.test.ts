import { testBenchmarks } from "../../support/benchmarks.js";

testBenchmarks({
  throughput: ["--jobs", "10"],
  latency: [],
  held: ["--jobs", "20"],
  probing: ["--services", "5"],
  quiet: ["--minutes", "1"],
  watching: ["--seconds", "3"],
  analysis: ["--tests", "20"],
});
