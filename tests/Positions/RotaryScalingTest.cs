using ML.Extensions.Positions;

namespace ML.Extensions.Tests.Positions;

/// <summary>Frequencies of every form against values worked out by hand from the papers' formulas: dim 16, base 10,000.</summary>
[TestClass]
public sealed class RotaryScalingTest
{
    private const int Dimension = 16;
    private const double Base = 10_000;

    private static readonly (RotaryScaling Scaling, int Length, double[] Frequencies, double Attention)[] Golden =
    [
        (new DefaultScaling(), 100, [1.0, 3.162277660e-1, 1.0e-1, 3.162277660e-2, 1.0e-2, 3.162277660e-3, 1.0e-3, 3.162277660e-4], 1),
        (new LinearScaling(8), 100, [1.25e-1, 3.952847075e-2, 1.25e-2, 3.952847075e-3, 1.25e-3, 3.952847075e-4, 1.25e-4, 3.952847075e-5], 1),
        (new Changed(new RotaryChange.LargerBase(10)), 100, [1.0, 2.371373706e-1, 5.623413252e-2, 1.333521432e-2, 3.162277660e-3, 7.498942093e-4, 1.778279410e-4, 4.216965034e-5], 1),
        (new Changed(new RotaryChange.NtkAware(8)), 100, [1.0, 2.349563272e-1, 5.520447568e-2, 1.297064085e-2, 3.047534136e-3, 7.160374274e-4, 1.682375241e-4, 3.952847075e-5], 1),
        (new DynamicScaling(2, 512), 2_048, [1.0, 2.394813560e-1, 5.735131987e-2, 1.373457185e-2, 3.289173891e-3, 7.876958236e-4, 1.886384640e-4, 4.517539515e-5], 1),
        (new YarnScaling(8, 512), 100, [1.0, 2.470529422e-1, 5.625e-2, 1.087032946e-2, 1.25e-3, 3.952847075e-4, 1.25e-4, 3.952847075e-5], 1.2079441541679836),
        (new YarnScaling(8, 512) { Truncate = false }, 100, [1.0, 2.989362639e-1, 6.546507607e-2, 1.151012313e-2, 1.25e-3, 3.952847075e-4, 1.25e-4, 3.952847075e-5], 1.2079441541679836),
        (new Llama3Scaling(8, 1, 4, 512), 100, [1.0, 3.162277660e-1, 1.0e-1, 1.849667540e-2, 1.25e-3, 3.952847075e-4, 1.25e-4, 3.952847075e-5], 1),
    ];

    public static IEnumerable<int> Cases => Enumerable.Range(0, Golden.Length);

    [TestMethod, DynamicData(nameof(Cases))]
    public void Frequencies_AreTheGoldenOnes(int n)
    {
        var (scaling, length, expected, attention) = Golden[n];
        var found = scaling.At(Dimension, Base, length);
        Assert.HasCount(expected.Length, found.InverseFrequencies);
        for (var j = 0; j < expected.Length; j++)
            Assert.AreEqual(expected[j], found.InverseFrequencies[j], 1e-9 * expected[j], $"{scaling.Name}, pair {j}");
        Assert.AreEqual(attention, found.AttentionFactor, 1e-12);
    }

    [TestMethod]
    [DataRow(4.0, 1.0801234497346435)]
    [DataRow(32.0, 1.1902380714238083)]
    [DataRow(1.0, 1.0)]
    public void LongRope_AttentionIsTheGoldenOne(double factor, double expected) =>
        Assert.AreEqual(expected, LongRopeScaling.Attention(factor, 4_096), 1e-12);

    [TestMethod]
    public void NtkAware_KeepsTheFirstAndEndsAtLinear()
    {
        foreach (var (dimension, factor) in new[] { (4, 2.0), (32, 3.5), (64, 8.0), (128, 32.0) })
        {
            var ntk = new Changed(new RotaryChange.NtkAware(factor)).At(dimension, Base, 1).InverseFrequencies;
            var linear = new LinearScaling(factor).At(dimension, Base, 1).InverseFrequencies;
            Assert.AreEqual(1, ntk[0]);
            Assert.AreEqual(linear[^1], ntk[^1], 1e-12 * linear[^1]);
        }
    }

    [TestMethod]
    public void YarnAndLlama3_AreDefaultAtTheTopAndLinearAtTheBottom()
    {
        foreach (var scaling in new RotaryScaling[] { new YarnScaling(8, 4_096), new Llama3Scaling(8, 1, 4, 8_192) })
        {
            var found = scaling.At(128, Base, 1).InverseFrequencies;
            Assert.AreEqual(1, found[0]);
            Assert.AreEqual(new LinearScaling(8).At(128, Base, 1).InverseFrequencies[^1], found[^1], 1e-15);
        }
    }

    [TestMethod]
    public void Dynamic_WithinTheWindowIsDefault() =>
        CollectionAssert.AreEqual(
            new DefaultScaling().At(64, Base, 1).InverseFrequencies, new DynamicScaling(4, 512).At(64, Base, 512).InverseFrequencies);

    [TestMethod]
    public void LongRope_ChoosesTheListByLength()
    {
        var scaling = new LongRopeScaling([1, 2], [4, 8], 64, 1.5);
        CollectionAssert.AreEqual(new[] { 1, 0.01 / 2 }, scaling.At(4, Base, 64).InverseFrequencies);
        CollectionAssert.AreEqual(new[] { 1.0 / 4, 0.01 / 8 }, scaling.At(4, Base, 65).InverseFrequencies);
        Assert.AreEqual(1.5, scaling.At(4, Base, 64).AttentionFactor);
    }

    [TestMethod]
    public void Proportional_SpacesByTheWholeHeadAndLeavesTheRest()
    {
        var scaling = new ProportionalScaling(0.5, 1);
        Assert.AreEqual(16, scaling.DimensionOf(16, 0.5));
        var found = scaling.At(16, Base, 1).InverseFrequencies;
        CollectionAssert.AreEqual(new DefaultScaling().At(16, Base, 1).InverseFrequencies[..4], found[..4]);
        Assert.IsTrue(found[4..].All(f => f == 0));
    }

    /// <summary>GTE's form, in its own steps: no reference library of ours reads it.</summary>
    [TestMethod]
    public void GteNtk_AgreesWithItsTwoFormulas()
    {
        var fixedForm = new GteNtkScaling(2, null).At(16, Base, 1).InverseFrequencies;
        var mixed = new GteNtkScaling(2, 0.625).At(16, Base, 1).InverseFrequencies;
        for (var j = 0; j < 8; j++)
        {
            var plain = 1 / Math.Exp(2.0 * j / 16 * Math.Log(2 * Base));
            Assert.AreEqual(plain / Math.Pow(2, 1.0 / 8), fixedForm[j], 1e-12 * plain);
            var lambda = Math.Exp(Math.Log(2) / Math.Pow(8, 0.625) * Math.Pow(j + 1, 0.625));
            Assert.AreEqual(1 / Math.Exp(2.0 * j / 16 * Math.Log(Base)) / lambda, mixed[j], 1e-12);
        }

        Assert.AreEqual(new LinearScaling(2).At(16, Base, 1).InverseFrequencies[^1], mixed[^1], 1e-12);
    }

    /// <summary>A strategy's change of the default form.</summary>
    private sealed record Changed(RotaryChange Change) : RotaryScaling
    {
        public override string Name => Change.ToString();

        public override RotaryFrequencies At(int dimension, double ropeBase, int length) =>
            Change.Of(new(dimension, ropeBase, new DefaultScaling())).At(length);
    }
}
