using ML.Extensions.Kernels;

namespace ML.Extensions.Tests.Kernels;

[TestClass]
public sealed unsafe class CompactMatrixTest
{
    /// <summary>A form, its size, and what it takes: bits a weight, with scales.</summary>
    public static IEnumerable<(string Form, int Outputs, int Inputs, double Bits)> Forms =>
        from form in new[] { ("nibbles", 4.5), ("nibbles8", 4.5), ("bytes", 9), ("bytes16", 9), ("rows", 8.5) }
        from size in new[] { (1, 32), (70, 96), (130, 576) }
        select (form.Item1, size.Item1, size.Item2, form.Item2 + (form.Item1.StartsWith("nib", StringComparison.Ordinal) && size.Item2 % 256 != 0 ? 12 : 0));

    [TestMethod, DynamicData(nameof(Forms))]
    public void Multiply_IsTheProductOfTheDecodedWeights(string form, int outputs, int inputs, double bits)
    {
        var random = new Random(inputs);
        var weights = Weights(form, outputs, inputs, random);
        using var matrix = Make(form, weights, outputs, inputs);
        Assert.IsLessThanOrEqualTo(bits * outputs * inputs / 8 + 64, (double)matrix.Bytes);
        foreach (var rows in (int[])[1, 3])
        {
            var x = Enumerable.Range(0, rows * inputs).Select(_ => (float)random.NextDouble() - 0.5f).ToArray();
            var y = new float[rows * outputs];
            fixed (float* from = x)
            fixed (float* to = y)
                matrix.Multiply(from, rows, to);
            var decoded = Decode(matrix);
            for (var r = 0; r < rows; r++)
            {
                for (var n = 0; n < outputs; n++)
                {
                    var expected = Enumerable.Range(0, inputs).Sum(k => (double)decoded[(n * inputs) + k] * x[(r * inputs) + k]);
                    Assert.AreEqual(expected, y[(r * outputs) + n], 2e-5, $"row {r}, output {n}");
                }
            }
        }
    }

    [TestMethod, DynamicData(nameof(Forms))]
    public void Pack_DecodesToTheSameFloats(string form, int outputs, int inputs, double bits)
    {
        Assert.IsGreaterThan(0, bits);
        var weights = Weights(form, outputs, inputs, new Random(1));
        using var matrix = Make(form, weights, outputs, inputs);
        var (within, decoded) = (form == "rows" ? 0.5 / 127 : 3e-7, Decode(matrix));
        for (var i = 0; i < weights.Length; i++)
            Assert.AreEqual(weights[i], decoded[i], within, $"weight {i}");
    }

    [TestMethod]
    public void Pack_RefusesOrdinaryWeights()
    {
        var random = new Random(3);
        Assert.IsNull(LosslessBlocks.Pack([.. Enumerable.Range(0, 64 * 64).Select(_ => (float)random.NextDouble())], 64, 64));
        var late = Weights("nibbles", 64, 64, random);
        late[4_000] += 0.01f;
        Assert.IsNull(LosslessBlocks.Pack(late, 64, 64));
        Assert.IsNull(LosslessBlocks.Pack([1, 2, 3], 1, 3));
        late[0] = float.NaN;
        Assert.IsNull(LosslessBlocks.Pack(late, 64, 64));
    }

    [TestMethod]
    public void Bytes_TakeWidthsThatAreNoWholeBlocks()
    {
        var random = new Random(4);
        var weights = Weights("rows", 5, 77, random);
        using var matrix = Make("rows", weights, 5, 77);
        var x = Enumerable.Range(0, 77).Select(_ => (float)random.NextDouble()).ToArray();
        var y = new float[5];
        fixed (float* from = x)
        fixed (float* to = y)
            matrix.Multiply(from, 1, to);
        for (var n = 0; n < 5; n++)
            Assert.AreEqual(x.Select((v, k) => (double)v * weights[(n * 77) + k]).Sum(), y[n], 77 * 0.5 / 127);
    }

    private static CompactMatrix Make(string form, float[] weights, int outputs, int inputs)
    {
        if (form != "rows")
        {
            var packed = LosslessBlocks.Pack(weights, outputs, inputs);
            Assert.IsNotNull(packed, "not packed");
            Assert.AreEqual(form.StartsWith("nibbles", StringComparison.Ordinal), packed is NibbleMatrix);
            return packed;
        }

        var matrix = new ByteMatrix(outputs, inputs, blocks: false);
        for (var n = 0; n < outputs; n++)
            matrix.Quantize(n, weights.AsSpan(n * inputs, inputs));
        return matrix;
    }

    private static float[] Decode(CompactMatrix matrix)
    {
        var decoded = new float[matrix.Outputs * matrix.Inputs];
        fixed (float* to = decoded)
            matrix.Decode(0, matrix.Outputs, to);
        return decoded;
    }

    // As GGUF's Q4_1, Q4_0, Q8_0 and Q5_0 decode, each block holding its extreme codes; "rows" are any floats.
    private static float[] Weights(string form, int outputs, int inputs, Random random)
    {
        var weights = new float[outputs * inputs];
        for (var at = 0; at < weights.Length; at += 32)
        {
            var (d, m) = ((float)(Half)(0.001 + random.NextDouble()), (float)(Half)(random.NextDouble() - 2));
            for (var i = 0; i < Math.Min(32, weights.Length - at); i++)
            {
                weights[at + i] = form switch
                {
                    "nibbles" => (d / 16 * (i == 3 ? 0 : i == 20 ? 15 : random.Next(16))) + m,
                    "nibbles8" => d / 16 * ((i == 3 ? 0 : random.Next(15)) - 8),
                    "bytes" => d / 128 * (i == 3 ? 127 : random.Next(-127, 128)),
                    "bytes16" => d / 16 * (i == 3 ? -16 : random.Next(-15, 16)),
                    _ => (float)random.NextDouble() - 0.5f,
                };
            }
        }

        return weights;
    }
}
