using ML.Extensions.Positions;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Positions;

/// <summary>The rotation itself against plain loops.</summary>
[TestClass]
public sealed class RotaryTableTest
{
    private static readonly float[] Places = [0, 1, 2.5f, 200, 7];

    [TestMethod]
    [DataRow(8, false)]
    [DataRow(8, true)]
    [DataRow(4, false)]
    [DataRow(4, true)]
    public void Apply_TurnsPairs(int dimension, bool interleaved)
    {
        const int heads = 3, width = 8;
        using var scope = NewDisposeScope();
        var frequencies = new YarnScaling(4, 16).At(dimension, 100, 1);
        var x = randn([Places.Length, heads, width], generator: new Generator(3));
        var input = x.data<float>().ToArray();
        var found = RotaryTable.Of(frequencies, Places, CPU, ScalarType.Float32).Apply(x, interleaved).data<float>().ToArray();
        for (var t = 0; t < Places.Length; t++)
        {
            for (var h = 0; h < heads; h++)
            {
                var at = ((t * heads) + h) * width;
                var expected = input[at..(at + width)].Select(v => (double)v).ToArray();
                for (var j = 0; j < dimension / 2; j++)
                {
                    var (a, b) = interleaved ? (2 * j, (2 * j) + 1) : (j, j + (dimension / 2));
                    var angle = Places[t] * (float)frequencies.InverseFrequencies[j]; // float32, as the reference
                    var (u, v) = (expected[a], expected[b]);
                    expected[a] = ((u * Math.Cos(angle)) - (v * Math.Sin(angle))) * frequencies.AttentionFactor;
                    expected[b] = ((v * Math.Cos(angle)) + (u * Math.Sin(angle))) * frequencies.AttentionFactor;
                }

                for (var d = 0; d < width; d++)
                    Assert.AreEqual(expected[d], found[at + d], 1e-5, $"token {t}, head {h}, {d}");
            }
        }
    }

    [TestMethod]
    public void JoinedAndSliced_AreTheWhole()
    {
        using var scope = NewDisposeScope();
        var frequencies = new DefaultScaling().At(4, 100, 1);
        var x = randn(5, 2, 4);
        RotaryTable Of(params float[] places) => RotaryTable.Of(frequencies, places, CPU, ScalarType.Float32);
        var whole = Of(Places).Apply(x, false);
        Assert.IsTrue(RotaryTable.Joined([Of(Places[..2]), Of(Places[2..])]).Apply(x, false).equal(whole).all().item<bool>());
        Assert.IsTrue(Of(Places).Slice(1, 2).Apply(x.narrow(0, 1, 2), false).equal(whole.narrow(0, 1, 2)).all().item<bool>());
        Assert.IsTrue(Of(Places).Reversed().Apply(whole, false).allclose(x, atol: 1e-5));
    }
}
