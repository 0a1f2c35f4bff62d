using ML.Extensions.LongText;
using ML.Extensions.Tests.Conformance;

namespace ML.Extensions.Tests.LongText;

[TestClass]
public sealed class TextPlannerTest
{
    private static readonly (string Oracle, ContextExtension Extension)[] Strategies =
    [
        ("gp", ContextExtension.GroupedPositions()), ("rp", ContextExtension.RecurrentPositions()),
        ("rp-skip", ContextExtension.RecurrentPositions(skipFirst: true)), ("pi", ContextExtension.PositionInterpolation()),
    ];

    public static IEnumerable<(string Strategy, int Length)> Cases =>
        from s in Strategies from length in new[] { 17, 31, 32, 33, 48, 100, 160 } select (s.Oracle, length);

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Positions_AgreeWithOracle(string strategy, int length)
    {
        var plan = Planner(Strategies.Single(s => s.Oracle == strategy).Extension).Plan([], Body(length - 2));
        var sequence = plan.Sequences.Single();
        Assert.AreEqual(length, sequence.Ids.Length);
        for (var p = 0; p < length; p++)
            Assert.AreEqual(PlanOracle.Position(strategy, p, length, 16), sequence.Positions![p], 1e-5, $"token {p}");
    }

    [TestMethod]
    [DataRow(15)]
    [DataRow(28)]
    [DataRow(29)]
    [DataRow(100)]
    public void ParallelWindows_AgreeWithOracle(int body)
    {
        var plan = Planner(ContextExtension.ParallelWindows).Plan([], Body(body));
        CollectionAssert.AreEqual(PlanOracle.WindowStarts(body, 14), plan.Sequences.Select(s => s.BodyStart).ToList());
        Assert.IsTrue(plan.Sequences.All(s => s.Ids.Length == 16 && s.Ids[0] == 101 && s.Ids[^1] == 102));
        Assert.AreEqual("pcw", plan.ExtensionUsed);
        var covered = plan.Sequences.SelectMany(s => Enumerable.Range(s.NewFrom, s.BodyStart + s.BodyLength - s.NewFrom));
        CollectionAssert.AreEqual(Enumerable.Range(0, body).ToList(), covered.ToList(), "each token counts once");
    }

    [TestMethod]
    public void WithinTheWindow_EveryStrategyLeavesTheTextAlone()
    {
        foreach (var (_, extension) in Strategies)
        {
            var plan = Planner(extension).Plan([], Body(14));
            Assert.AreEqual("none", plan.ExtensionUsed);
            Assert.IsNull(plan.Sequences.Single().Positions);
            Assert.AreEqual(1f, plan.Sequences.Single().LogitScale);
        }
    }

    [TestMethod]
    public void Prompt_IsRepeatedInEveryWindow()
    {
        var plan = Planner(ContextExtension.ParallelWindows).Plan([7, 8], Body(50));
        Assert.IsTrue(plan.Sequences.All(s => s.Ids is [101, 7, 8, ..] && s.Lead == 3 && s.BodyLength == 12));
    }

    [TestMethod]
    public void LogLengthScaling_MultipliesByLogRatio()
    {
        var plan = (Planner(ContextExtension.PositionInterpolation()) with { LogLengthScaling = true }).Plan([], Body(62));
        Assert.AreEqual(Math.Log(64) / Math.Log(16), plan.Sequences.Single().LogitScale, 1e-6);
        Assert.AreEqual("pi+log", plan.ExtensionUsed);
    }

    [TestMethod]
    public void BeyondTheLimit_EachPolicyDoesWhatItSays()
    {
        var planner = Planner(ContextExtension.GroupedPositions()) with { MaxTokens = 40 };
        Assert.AreEqual("pcw", planner.Plan([], Body(100)).ExtensionUsed);
        var truncated = (planner with { Beyond = BeyondLimit.Truncate }).Plan([], Body(100));
        Assert.AreEqual((102, 40, "gp"), (truncated.TokenCount, truncated.TokensUsed, truncated.ExtensionUsed));
        var split = (planner with { Beyond = BeyondLimit.Split }).Plan([], Body(100));
        CollectionAssert.AreEqual(new[] { 40, 40, 40 }, split.Sequences.Select(s => s.Ids.Length).ToArray());
        Assert.AreEqual("gp+split", split.ExtensionUsed);
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => (planner with { Beyond = BeyondLimit.Error }).Plan([], Body(100)));
        StringAssert.Contains(error.Message, "102 tokens; the limit is 40");
    }

    [TestMethod]
    public void NoExtension_TruncatesAtTheWindow()
    {
        var planner = Planner(ContextExtension.None) with { Beyond = BeyondLimit.Truncate };
        var plan = planner.Plan([], Body(100));
        Assert.AreEqual((102, 16, "none"), (plan.TokenCount, plan.TokensUsed, plan.ExtensionUsed));
        Assert.HasCount(16, plan.Sequences.Single().Ids);
    }

    [TestMethod]
    public void FixedFactor_LimitsTheLength()
    {
        var planner = Planner(ContextExtension.PositionInterpolation(2)) with { Beyond = BeyondLimit.Error };
        Assert.AreEqual(32, planner.Limit);
        Assert.AreEqual(15f, planner.Plan([], Body(30)).Sequences.Single().Positions![^2]);
        Assert.ThrowsExactly<InvalidOperationException>(() => planner.Plan([], Body(31)));
    }

    [TestMethod]
    public void Prompt_ThatFillsTheWindowIsRefused()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => Planner(ContextExtension.ParallelWindows).Plan(Body(14), Body(3)));
        StringAssert.Contains(error.Message, "The prompt takes 14 tokens");
    }

    private static TextPlanner Planner(ContextExtension extension) =>
        new(16, extension, false, 4_096, BeyondLimit.ParallelWindows, [101], [102]);

    private static int[] Body(int n) => [.. Enumerable.Range(1_000, n)];
}
