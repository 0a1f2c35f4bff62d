namespace ML.Extensions.GraphKv;

/// <summary>What is trained on: questions over the same segments. Questions do not see each other.</summary>
/// <param name="Segments">Ids of each segment, the most relevant last; empty ones are left out.</param>
/// <param name="Edges">Pairs of source and target, by the segments' numbers.</param>
/// <param name="Questions">At least one.</param>
internal sealed record AnswerExample(
    IReadOnlyList<int[]> Segments, IReadOnlyList<(int Source, int Target)> Edges, IReadOnlyList<AnsweredQuestion> Questions)
{
    /// <summary>Lays the example out under a plan, as one sequence.</summary>
    /// <param name="model">The decoder.</param>
    /// <param name="prefix">Ids before all segments; may be empty.</param>
    /// <param name="plan">The plan.</param>
    public PackedAnswer Pack(ModelIdentity model, int[] prefix, GraphKvPlan plan) =>
        AnswerPacker.Pack(model, plan.Lay(new(model, prefix, Segments, Edges)), Questions, plan.Name);
}
