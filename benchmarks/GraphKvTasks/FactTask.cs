using ML.Extensions.GraphKv;

namespace ML.Extensions.Benchmarks;

/// <summary>One of the three tasks: how it is trained, and what is tested.</summary>
/// <param name="Name">"A", "B 1.0", "B 0.9" or "C".</param>
/// <param name="Steps">Steps of training.</param>
/// <param name="Contexts">Contexts of a step.</param>
/// <param name="Questions">Questions of a context.</param>
/// <param name="MostHops">Largest k.</param>
/// <param name="Methods">Methods that take part.</param>
internal sealed record FactTask(string Name, int Steps, int Contexts, int Questions, int MostHops, string[] Methods)
{
    private const int TestContexts = 200;

    /// <summary>Part of the training contexts whose asked segment is last; the others' is anywhere.</summary>
    public double AskedLast { get; init; }

    /// <summary>What is tested: facts, hops, order.</summary>
    public required IReadOnlyList<(int Facts, int Hops, FactOrder Order)> Tests { get; init; }

    /// <summary>All of them.</summary>
    /// <param name="steps">Steps of task A.</param>
    public static IReadOnlyList<FactTask> All(int steps) =>
    [
        new("A", steps, 48, 6, 2, ["graph", "pcw", "random-edges", "sequential", "block"])
        {
            Tests = [.. from n in new[] { 6, 12, 24 } from k in new[] { 1, 2 } select (n, k, FactOrder.Shuffled), (6, 2, FactOrder.SourcesFirst)],
        },
        .. new[] { 1, 0.9 }.Select(rho => new FactTask(FormattableString.Invariant($"B-{rho:F1}"), 500, 96, 1, 1, ["sequential", "block", "pcw", "graph"])
        {
            AskedLast = rho,
            Tests = [.. from n in new[] { 6, 12 } from order in new[] { FactOrder.AskedLast, FactOrder.AskedFirst, FactOrder.Shuffled } select (n, 1, order)],
        }),
        new("C", 800, 48, 6, 1, ["sequential", "block", "pcw", "graph"])
        {
            Tests = [.. new[] { 6, 12, 24 }.Select(n => (n, 1, FactOrder.Shuffled))],
        },
    ];

    /// <summary>The examples of a step. All contexts of a step have one N of 3 to 6, so that they have one shape.</summary>
    public IReadOnlyList<PackedAnswer> Batch(TaskMethod method, ModelIdentity model, int seed, long step)
    {
        var facts = new LinkedFacts(Training.RowStream.HashCode(seed, step));
        var count = facts.Next(3, 6);
        int Hops() => step < Steps / 5 ? 1 : facts.Next(1, MostHops);
        FactOrder Order() => AskedLast > 0 ? facts.Next(1, 1_000) <= 1_000 * AskedLast ? FactOrder.AskedLast : FactOrder.Shuffled
            : Name == "A" && method.Plan == GraphKvPlan.Sequential ? FactOrder.SourcesFirst : FactOrder.Shuffled;
        return [.. Enumerable.Range(0, Contexts).Select(_ => facts.Context(count, Questions, Hops, Order(), method.RandomEdges).Pack(model, [], method.Plan))];
    }

    /// <summary>Contexts that no training has seen.</summary>
    public IReadOnlyList<PackedAnswer> Test(TaskMethod method, ModelIdentity model, (int Facts, int Hops, FactOrder Order) test)
    {
        var facts = new LinkedFacts(Training.RowStream.HashCode(-1 - test.Facts, (10 * test.Hops) + (int)test.Order));
        var questions = test.Order is FactOrder.AskedFirst or FactOrder.AskedLast ? 1 : Questions;
        return [.. Enumerable.Range(0, TestContexts).Select(_ => facts.Context(test.Facts, questions, () => test.Hops, test.Order, method.RandomEdges).Pack(model, [], method.Plan))];
    }
}
