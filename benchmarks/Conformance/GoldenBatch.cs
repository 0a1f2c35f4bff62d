using ML.Extensions.Checkpoints;
using ML.Extensions.Encoders;
using TorchSharp;

namespace ML.Extensions.Benchmarks;

/// <summary>One run of a model's golden file, without its padding: rows longest first.</summary>
internal sealed class GoldenBatch
{
    private readonly SafetensorsFile _file;
    private readonly string _run;
    private readonly int[] _kept; // places in [rows, columns], in the order of the packed tokens

    /// <summary>Reads ids and mask.</summary>
    /// <param name="file">The golden file.</param>
    /// <param name="run">The run's prefix.</param>
    /// <param name="withGaps">Whether rows with padding between tokens are taken.</param>
    public GoldenBatch(SafetensorsFile file, string run, bool withGaps)
    {
        (_file, _run) = (file, run);
        var (ids, mask) = (Longs("input_ids"), Longs("attention_mask"));
        Columns = (int)file.Entries[run + "input_ids"].Shape[1];
        var rows = Enumerable.Range(0, ids.Length / Columns)
            .Select(r => Enumerable.Range(r * Columns, Columns).Where(i => mask[i] == 1).ToArray())
            .Where(r => withGaps || r[^1] - r[0] == r.Length - 1).OrderByDescending(r => r.Length).ToArray();
        _kept = [.. rows.SelectMany(r => r)];
        var types = file.Entries.ContainsKey(run + "token_type_ids") ? Longs("token_type_ids") : null;
        Tokens = new([.. _kept.Select(i => (int)ids[i])], [.. rows.Select(r => r.Length)])
        {
            TokenTypes = types is null ? null : [.. _kept.Select(i => (int)types[i])],
        };
        Rows = [.. rows.OrderBy(r => r[0]).Select(r => r.Select(i => (int)ids[i]).ToArray())];
    }

    /// <summary>Columns of the padded rows.</summary>
    public int Columns { get; }

    /// <summary>The packed tokens.</summary>
    public PackedTokens Tokens { get; }

    /// <summary>Each row's own ids, in the file's order.</summary>
    public int[][] Rows { get; }

    /// <summary>The tokens at the positions of a tensor, or at their columns.</summary>
    /// <param name="positions">Name of the tensor in the run; null is the columns.</param>
    /// <param name="first">What counts as 0.</param>
    public PackedTokens At(string? positions, int first = 0)
    {
        var given = positions is null ? null : Longs(positions);
        return Tokens with { Positions = [.. _kept.Select(i => (float)(given is null ? i % Columns : given[i] - first))] };
    }

    /// <summary>Compares states or logits [T, D] with a golden tensor [rows, columns, D], as far as the tensor goes.</summary>
    public void Compare(string name, torch.Tensor actual, GoldenCheck check, double tolerance)
    {
        using var tensor = _file.Read(_run + name);
        var width = (int)tensor.shape[2];
        var (expected, values) = (tensor.data<float>().ToArray(), actual.data<float>().ToArray());
        if (values.Length != _kept.Length * width)
            throw new InvalidDataException($"{_run}{name}: {values.Length} numbers, expected {_kept.Length * width}");
        var known = Enumerable.Range(0, _kept.Length).Where(t => (_kept[t] + 1) * width <= expected.Length).ToArray();
        check.Near(
            _run + name, [.. known.SelectMany(t => expected.AsSpan(_kept[t] * width, width).ToArray())],
            [.. known.SelectMany(t => values.AsSpan(t * width, width).ToArray())], tolerance);
    }

    /// <summary>Whole numbers of the run.</summary>
    public long[] Longs(string name)
    {
        using var tensor = _file.Read(_run + name);
        return tensor.data<long>().ToArray();
    }
}
