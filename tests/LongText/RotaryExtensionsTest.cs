using ML.Extensions.Attention;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Positions;
using ML.Extensions.Tests.Transformers;

namespace ML.Extensions.Tests.LongText;

/// <summary>What each rotary strategy plans for a text, which models it fits, and how a model file writes it.</summary>
[TestClass]
public sealed class RotaryExtensionsTest
{
    [TestMethod]
    [DataRow(1, 1.0)]
    [DataRow(2, 3.0)]
    [DataRow(3, 5.0)]
    [DataRow(4, 5.0)]
    [DataRow(5, 10.0)]
    [DataRow(8, 10.0)]
    [DataRow(9, 20.0)]
    [DataRow(64, 80.0)]
    public void Lambda_IsLongEmbeds(int s, double lambda) => Assert.AreEqual(lambda, ExtendedSequence.Lambda(s));

    [TestMethod]
    public void Plans_CarryTheStrategysChange()
    {
        static TextSequence Plan(ContextExtension extension) => Planner(extension).Plan([], [.. Enumerable.Range(5, 46)]).Sequences.Single(); // 48 tokens, window 16: s = 3
        Assert.AreEqual(new RotaryChange.LargerBase(5), Plan(ContextExtension.Ntk()).Rotary);
        Assert.AreEqual(new RotaryChange.LargerBase(7), Plan(ContextExtension.Ntk(7)).Rotary);
        Assert.AreEqual(new RotaryChange.NtkAware(3), Plan(ContextExtension.NtkAware()).Rotary);
        Assert.AreEqual(new RotaryChange.Form(new DynamicScaling(1, 16)), Plan(ContextExtension.DynamicNtk()).Rotary);
        Assert.AreEqual(new RotaryChange.Form(new YarnScaling(3, 16)), Plan(ContextExtension.Yarn()).Rotary);
        Assert.AreEqual(new SelfExtendWindow(5, 4), Plan(ContextExtension.SelfExtend()).SelfExtend);
        Assert.AreEqual(new SelfExtendWindow(9, 4), Plan(ContextExtension.SelfExtend(group: 9)).SelfExtend);
        Assert.AreEqual(new SelfExtendWindow(4, 4), Plan(ContextExtension.SelfExtend(window: 4)).SelfExtend, "(48 - 4) / 4 + 4 = 15, the least group within 16");
        Assert.AreEqual(47f / 3, Plan(ContextExtension.PositionInterpolation()).Positions![47], 1e-6f, "no last row to stop at");
        Assert.AreEqual(15f, Plan(ContextExtension.GroupedPositions()).Positions![47]);
        var plain = Plan(ContextExtension.Plain);
        Assert.IsTrue(plain is { Positions: null, Rotary: null, SelfExtend: null });
        Assert.IsInstanceOfType<LongRopeScaling>(((RotaryChange.Form)Plan(ContextExtension.LongRope([1, 2])).Rotary!).Scaling);
    }

    [TestMethod]
    public void Within_TheWindowNothingChanges()
    {
        foreach (var extension in new[] { ContextExtension.Ntk(), ContextExtension.NtkAware(2), ContextExtension.DynamicNtk(2), ContextExtension.Yarn(2), ContextExtension.SelfExtend(3, 4), ContextExtension.LongRope([1]) })
        {
            var plan = (Planner(extension) with { LogLengthScaling = true }).Plan([], [.. Enumerable.Range(5, 14)]);
            Assert.AreEqual("none", plan.ExtensionUsed);
            Assert.IsTrue(plan.Sequences.Single() is { Positions: null, Rotary: null, SelfExtend: null, LogitScale: 1 }, extension.Name);
        }
    }

    [TestMethod]
    public void FixedParameters_LimitTheLength()
    {
        Assert.AreEqual(32, Planner(ContextExtension.Yarn(2)).Limit);
        Assert.AreEqual(40, Planner(ContextExtension.NtkAware(2.5)).Limit);
        Assert.AreEqual((12 * 3) + 4, Planner(ContextExtension.SelfExtend(3, 4)).Limit);
        Assert.AreEqual(4_096, Planner(ContextExtension.Ntk(3)).Limit);
    }

    [TestMethod]
    public void Check_NamesTheStrategiesThatMakeSense()
    {
        using var model = new RandomLlama();
        using var rotary = model.Encoder();
        foreach (var extension in new[] { ContextExtension.Plain, ContextExtension.SelfExtend(), ContextExtension.Ntk(), ContextExtension.Yarn(), ContextExtension.LongRope([1, 2]) })
            ExtensionFit.Check(extension, rotary, "model");
        StringAssert.Contains(Refused(ContextExtension.RecurrentPositions(), rotary), "'rp' makes no sense here: it is for learned absolute and sinusoidal positions, and the model has rotary ones. Those that do: none, pcw, gp, pi, plain, ntk, ntk-aware, dynamic, yarn, se.");
        StringAssert.Contains(Refused(ContextExtension.LongRope(), rotary), "config.json has no LongRoPE factors");
        StringAssert.Contains(Refused(ContextExtension.LongRope([1, 2, 3]), rotary), "3 factors are given, and 2 pairs of a head turn");
        model.Config["rope_parameters"] = new Dictionary<string, object> { ["rope_type"] = "linear", ["factor"] = 2.0, ["rope_theta"] = 10_000 };
        using var linear = model.Encoder();
        StringAssert.Contains(Refused(ContextExtension.Yarn(), linear), "already of the form 'linear'. Those that do: none, pcw, gp, pi, plain, ntk, ntk-aware, se.");
        Assert.AreEqual((ContextExtension.Ntk(), false), AutoExtensions.Choose(rotary, chunks: true));
    }

    [TestMethod]
    public void Check_RefusesSelfExtendForAbsolutePositions()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => LongTextEmbedder.Open(
            EmbeddingModel.ArcticXs, new() { Extension = ContextExtension.SelfExtend() }, ML.Extensions.Devices.ComputeDevice.Cpu));
        StringAssert.Contains(error.Message, "'se' makes no sense here: it is for rotary positions, and the model has learned absolute ones. Those that do: none, pcw, gp, rp, pi.");
    }

    [TestMethod]
    public void SavedText_ReadsBack()
    {
        foreach (var extension in new[]
        {
            ContextExtension.Auto, ContextExtension.None, ContextExtension.ParallelWindows, ContextExtension.GroupedPositions(), ContextExtension.GroupedPositions(4),
            ContextExtension.RecurrentPositions(), ContextExtension.RecurrentPositions(true), ContextExtension.PositionInterpolation(3), ContextExtension.Plain,
            ContextExtension.Ntk(), ContextExtension.Ntk(3.5), ContextExtension.NtkAware(), ContextExtension.NtkAware(0.1 + 1), ContextExtension.DynamicNtk(), ContextExtension.DynamicNtk(2),
            ContextExtension.Yarn(), ContextExtension.Yarn(8), ContextExtension.LongRope(), ContextExtension.SelfExtend(), ContextExtension.SelfExtend(5), ContextExtension.SelfExtend(5, 128), ContextExtension.SelfExtend(window: 64),
        })
            Assert.AreEqual(extension, SavedExtension.Read(SavedExtension.Text(extension)));
        var factors = (ContextExtension.LongRopeExtension)SavedExtension.Read(SavedExtension.Text(ContextExtension.LongRope([1, 1.25, 1e-3])));
        CollectionAssert.AreEqual(new[] { 1, 1.25, 1e-3 }, factors.Factors!.ToArray());
        Assert.AreEqual("pi:3", SavedExtension.Text(ContextExtension.PositionInterpolation(3)), "as older versions wrote it");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SavedExtension.Read("spiral:2")).Message, "'spiral:2'");
    }

    [TestMethod]
    public void Parameters_AreCheckedAtOnce()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ContextExtension.Ntk(0.5));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ContextExtension.Yarn(double.NaN));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ContextExtension.SelfExtend(0));
        Assert.ThrowsExactly<ArgumentException>(() => ContextExtension.LongRope([1, 0]));
    }

    private static string Refused(ContextExtension extension, TextEncoder encoder) =>
        Assert.ThrowsExactly<ArgumentException>(() => ExtensionFit.Check(extension, encoder, "model")).Message;

    private static TextPlanner Planner(ContextExtension extension) =>
        new(16, extension, false, 4_096, BeyondLimit.ParallelWindows, [101], [102]) { Kind = PositionKind.Rotary };
}
