using ML.Extensions.Kernels;

namespace ML.Extensions.Tests.Kernels;

[TestClass]
public sealed unsafe class Int8LinearTest
{
    [TestMethod]
    [DataRow(1, 32, 4, 0)]
    [DataRow(3, 33, 5, 0)]
    [DataRow(4, 96, 64, 1)]
    [DataRow(13, 100, 47, 1)]
    [DataRow(32, 40, 384, 7)]
    [DataRow(5, 75, 390, 12)]
    public void Finish_GivesTheProductOfTheQuantisedValues(int rows, int outputs, int inputs, int outliers)
    {
        var random = new Random(rows);
        float[] Values(int count, float offset) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - offset)];
        var (x, w, b) = (Values(rows * inputs, 0.3f), Values(outputs * inputs, 0.5f), Values(outputs, 0.5f));
        for (var i = 0; i < rows * outliers; i++)
            x[(i / outliers * inputs) + (3 * (i % outliers))] = i % 2 == 0 ? 50 : -60;
        using var linear = new Int8Linear(w, b, outputs, inputs);
        using var bytes = new ByteRows(rows, inputs);
        using var sums = new NativeArray<int>((long)bytes.Rows * linear.Weights.PaddedOutputs);
        fixed (float* p = x)
        {
            for (var r = 0; r < rows; r++)
                bytes.Set(r, p + (r * inputs), inputs);
        }

        var products = linear.Multiply(bytes, rows, sums, 0, outputs);
        var y = new float[outputs];
        for (var r = 0; r < rows; r++)
        {
            fixed (float* p = y)
                linear.Finish(bytes, r, products, 0, outputs, p);
            for (var n = 0; n < outputs; n++)
            {
                double quantised = b[n], exact = b[n];
                foreach (var (place, missing) in bytes.Outliers(r))
                    quantised += (double)missing * linear.Weights[n, place];
                for (var k = 0; k < inputs; k++)
                {
                    quantised += (double)bytes.Scales[r] * (bytes.Bytes[(r * bytes.Width) + k] - bytes.Zeros[r]) * linear.Weights[n, k];
                    exact += (double)x[(r * inputs) + k] * w[(n * inputs) + k];
                }

                Assert.AreEqual(quantised, y[n], 1e-5 * inputs, $"row {r}, output {n}");
                Assert.AreEqual(exact, y[n], (0.02 * Math.Sqrt(inputs)) + (0.5 * Math.Sqrt(outliers)), $"row {r}, output {n}");
            }
        }
    }

    [TestMethod]
    [DataRow(70, 128, 64)]
    [DataRow(32, 96, 384)]
    [DataRow(100, 64, 1536)]
    public void MultiplyPacked_GivesTheSameSums(int rows, int outputs, int inputs)
    {
        var random = new Random(rows);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
        var x = Values(rows * inputs);
        using var linear = new Int8Linear(Values(outputs * inputs), [], outputs, inputs);
        using var bytes = new ByteRows(rows, inputs);
        using var sums = new NativeArray<int>((long)bytes.Rows * linear.Weights.PaddedOutputs);
        fixed (float* p = x)
        {
            for (var r = 0; r < rows; r++)
                bytes.Set(r, p + (r * inputs), inputs);
        }

        linear.Pack(rows);
        if (!linear.IsPacked)
            Assert.Inconclusive("oneDNN has no byte products here.");
        var own = linear.Multiply(bytes, rows, sums, 0, outputs);
        using var packed = linear.MultiplyPacked(bytes, rows);
        var values = packed.data<float>().ToArray();
        for (var i = 0; i < rows * outputs; i++)
            Assert.AreEqual(own[i / outputs, i % outputs], values[i], $"row {i / outputs}, output {i % outputs}");
    }

    [TestMethod]
    public void Rows_FewOutliersDoNotStretchTheRange()
    {
        var random = new Random(2);
        var x = Enumerable.Range(0, 1_000).Select(_ => (float)random.NextDouble() - 0.5f).ToArray();
        (x[10], x[999]) = (100, -80);
        using var bytes = new ByteRows(1, x.Length);
        fixed (float* p = x)
            bytes.Set(0, p, x.Length);
        CollectionAssert.AreEqual(new[] { 10, 999 }, bytes.Outliers(0).ToArray().Select(o => o.Place).ToArray());
        var values = x.Select((_, i) => bytes.Scales[0] * (bytes.Bytes[i] - bytes.Zeros[0])).ToArray();
        foreach (var (place, missing) in bytes.Outliers(0))
            values[place] += missing;
        for (var i = 0; i < x.Length; i++)
            Assert.AreEqual(x[i], values[i], 0.12, $"place {i}"); // 180 / 255 / 2 is 0.35
        Assert.AreEqual(100, values[10], 1e-4);
    }

    [TestMethod]
    public void Matrix_IsWithinHalfAStepOfTheWeights()
    {
        var random = new Random(1);
        var w = Enumerable.Range(0, 70 * 30).Select(_ => (float)random.NextDouble() - 0.5f).ToArray();
        Array.Fill(w, 0, 30, 30); // an output without weights
        using var matrix = new Int8Matrix(w, 70, 30);
        for (var n = 0; n < 70; n++)
        {
            for (var k = 0; k < 30; k++)
                Assert.AreEqual(w[(n * 30) + k], matrix[n, k], (0.51 * matrix.Scales[n]) + 1e-9);
        }

        Assert.Throws<ArgumentException>(() => new Int8Matrix(w, 70, 31));
    }

    [TestMethod]
    public void Rows_KeepZeroExactAndOtherValuesWithinAStep()
    {
        float[][] rows = [[0, 0, 0, 0, 0], [1, 2, 3, 4, 5], [-3, -2, -1, -0.5f, -0.1f], [-1, 0, 1, 0.25f, 1e-9f], [1e30f, -1e30f, 0, 1, 2]];
        using var bytes = new ByteRows(rows.Length, 5);
        for (var r = 0; r < rows.Length; r++)
        {
            fixed (float* p = rows[r])
                bytes.Set(r, p, 5);
            for (var i = 0; i < 5; i++)
            {
                var value = bytes.Scales[r] * (bytes.Bytes[(r * bytes.Width) + i] - bytes.Zeros[r]);
                Assert.AreEqual(rows[r][i], value, rows[r][i] == 0 ? 0 : 1.01 * bytes.Scales[r], $"row {r}, place {i}");
            }
        }
    }
}
