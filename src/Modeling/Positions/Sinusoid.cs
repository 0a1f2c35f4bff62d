using static TorchSharp.torch;

namespace ML.Extensions.Positions;

/// <summary>Sines and cosines of positions: number 2j is sin(p / b^(2j/D)), number 2j + 1 the cosine of the same. Source: arXiv 1706.03762.</summary>
internal static class Sinusoid
{
    /// <summary>A row for each position, float32; positions may be fractions.</summary>
    /// <param name="positions">[T].</param>
    /// <param name="width">D, even.</param>
    /// <param name="longest">b.</param>
    /// <returns>[T, D].</returns>
    public static Tensor Rows(float[] positions, int width, double longest)
    {
        var rows = new float[positions.Length * width];
        for (var j = 0; j < width / 2; j++)
        {
            var frequency = Math.Pow(longest, -2.0 * j / width);
            for (var t = 0; t < positions.Length; t++)
                (rows[(t * width) + (2 * j)], rows[(t * width) + (2 * j) + 1]) = ((float)Math.Sin(positions[t] * frequency), (float)Math.Cos(positions[t] * frequency));
        }

        return tensor(rows, positions.Length, width);
    }
}
