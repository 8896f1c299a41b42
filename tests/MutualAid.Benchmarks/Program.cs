using MutualAid.Benchmarks;

return args is ["api", ..] ? await ApiBenchmark.Run()
    : args is ["rounds", ..] ? await RoundsBenchmark.Run()
    : args is ["growth", ..] ? await GrowthBenchmark.Run()
    : args is ["soak", ..] ? await SoakBenchmark.Run()
    : args is ["odata", ..] ? await ODataBenchmark.Run()
    : args is ["console", ..] ? await ConsoleBenchmark.Run()
    : args is ["duplicates", ..] ? await DuplicatesBenchmark.Run()
    : args is ["latency", ..] ? await LatencyBenchmark.Run()
    : throw new ArgumentException("./bench lists what can be measured");
