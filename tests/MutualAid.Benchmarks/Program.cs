using MutualAid.Benchmarks;

return args is ["api", ..]
    ? await ApiBenchmark.Run()
    : throw new ArgumentException("./bench lists what can be measured");
