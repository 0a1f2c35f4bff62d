using ML.Extensions.Checkpoints;
using ML.Extensions.Encoders;

namespace ML.Extensions.Tests.Transformers;

/// <summary>One run of a golden file: its rows without padding, longest first, and what the reference gave for them.</summary>
internal sealed class GoldenRun
{
    private readonly SafetensorsFile _file;
    private readonly string _prefix;
    private readonly long[] _mask;
    private readonly int[] _order; // rows of the file, longest first

    public GoldenRun(SafetensorsFile file, string prefix)
    {
        (_file, _prefix) = (file, prefix);
        var ids = Longs("input_ids");
        _mask = Longs("attention_mask");
        Columns = (int)file.Entries[prefix + "input_ids"].Shape[1];
        Kept = [.. Enumerable.Range(0, ids.Length / Columns).Select(r => Enumerable.Range(0, Columns).Where(c => _mask[(r * Columns) + c] == 1).ToArray())];
        _order = [.. Enumerable.Range(0, Kept.Length).OrderByDescending(r => Kept[r].Length)];
        Rows = [.. Kept.Select((columns, r) => columns.Select(c => (int)ids[(r * Columns) + c]).ToArray())];
        Batch = new([.. _order.SelectMany(r => Rows[r])], [.. _order.Select(r => Rows[r].Length)]);
    }

    public int Columns { get; }

    /// <summary>Real columns of each row.</summary>
    public int[][] Kept { get; }

    /// <summary>Real ids of each row.</summary>
    public int[][] Rows { get; }

    /// <summary>The rows, longest first.</summary>
    public PackedTokens Batch { get; }

    public bool Has(string name) => _file.Entries.ContainsKey(_prefix + name);

    public long[] Longs(string name)
    {
        using var tensor = _file.Read(_prefix + name);
        return tensor.data<long>().ToArray();
    }

    /// <summary>The batch with positions from a tensor of the run, or the columns' numbers.</summary>
    public PackedTokens WithPositions(long[]? positions) => Batch with
    {
        Positions = [.. _order.SelectMany(r => Kept[r].Select(c => (float)(positions is null ? c : positions[(r * Columns) + c])))],
    };

    /// <summary>Largest difference to a golden tensor [rows, columns, width], where it has the row.</summary>
    public double Difference(string name, TorchSharp.torch.Tensor actual)
    {
        using var tensor = _file.Read(_prefix + name);
        var (expected, width, rows) = (tensor.data<float>().ToArray(), (int)tensor.shape[2], (int)tensor.shape[0]);
        var values = actual.data<float>().ToArray();
        Assert.AreEqual(Batch.Ids.Length * width, values.Length);
        var (worst, t) = (0.0, 0);
        foreach (var r in _order)
        {
            foreach (var c in Kept[r])
            {
                for (var d = 0; d < width && r < rows; d++)
                    worst = Math.Max(worst, Gap(expected[(((r * Columns) + c) * width) + d], values[(t * width) + d]));
                t++;
            }
        }

        return worst;
    }

    /// <summary>Largest difference of some positions of one row to golden logits [rows, 8, V].</summary>
    public static double Difference(float[] expected, int row, long[] positions, float[] logits)
    {
        var width = logits.Length / positions.Length;
        var worst = 0.0;
        for (var i = 0; i < logits.Length; i++)
            worst = Math.Max(worst, Gap(expected[(row * logits.Length) + i], logits[i]));
        return width > 0 ? worst : double.NaN;
    }

    private static double Gap(float expected, float actual) => float.IsNaN(actual) ? double.PositiveInfinity : Math.Abs((double)expected - actual);
}
