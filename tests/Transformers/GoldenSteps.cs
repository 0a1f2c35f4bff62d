namespace ML.Extensions.Tests.Transformers;

/// <summary>Compares the logits behind parts of a run's rows with the golden ones of all positions.</summary>
internal sealed class GoldenSteps(GoldenRun run, float[] expected)
{
    /// <summary>Largest difference of logits [rows, V] to those at the last token of each part, which begins at a real token's number.</summary>
    public double Difference(int[] rows, int at, int[][] parts, TorchSharp.torch.Tensor logits)
    {
        var (values, width, worst) = (logits.data<float>().ToArray(), (int)logits.shape[1], 0.0);
        for (var i = 0; i < rows.Length; i++)
        {
            var column = run.Kept[rows[i]][at + parts[i].Length - 1];
            for (var d = 0; d < width; d++)
                worst = Math.Max(worst, Math.Abs(expected[(((rows[i] * run.Columns) + column) * width) + d] - values[(i * width) + d]));
        }

        return worst;
    }
}
