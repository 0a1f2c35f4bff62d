using ML.Extensions.GraphKv;

namespace ML.Extensions.Benchmarks;

/// <summary>What graphkv-tune learns from.</summary>
/// <param name="Prompt">Texts around the parts; null are the usual ones.</param>
/// <param name="Plans">Each example is learned under each of them.</param>
/// <param name="HeldBack">Examples at the beginning that are measured, not learned.</param>
/// <param name="Examples">Makes the examples.</param>
internal sealed record TuningSet(
    GraphKvPrompt? Prompt, (string Name, GraphKvPlan Plan)[] Plans, int HeldBack, Func<TuningExamples, IEnumerable<AnswerExample>> Examples);
