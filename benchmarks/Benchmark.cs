namespace ML.Extensions.Benchmarks;

/// <summary>One measurement.</summary>
/// <param name="Name">What is typed.</param>
/// <param name="Description">What it measures, and its options.</param>
/// <param name="Run">Takes the arguments behind the name; returns the exit code.</param>
internal sealed record Benchmark(string Name, string Description, Func<string[], int> Run);
