using ML.Extensions.Kernels;

namespace ML.Extensions.Encoders;

/// <summary>
/// One layer of a BERT encoder whose products have bytes on both sides (<see cref="Int8Linear"/>); attention, norms and
/// activations are float32. Everything but attention goes by rows, so that a row's values never depend on other texts.
/// </summary>
internal sealed unsafe class Int8BertLayer : IDisposable
{
    private readonly BertConfig _config;
    private readonly Int8Linear _qkv, _out, _up, _down;
    private readonly RowNorm _attentionNorm, _norm;

    /// <summary>Quantises a layer's weights; they stay the caller's.</summary>
    public Int8BertLayer(BertConfig config, BertLayer layer)
    {
        _config = config;
        var (d, f) = (config.Width, config.FeedForwardWidth);
        float[] Values(int n) => layer.Weights[n].data<float>().ToArray();
        Int8Linear Linear(int n, int outputs, int inputs) => new(Values(n), Values(n + 1), outputs, inputs);
        (_qkv, _out) = (Linear(0, 3 * d, d), Linear(2, d, d));
        (_up, _down) = (Linear(6, f, d), Linear(8, d, f));
        _attentionNorm = new(Values(4), Values(5), config.Epsilon);
        _norm = new(Values(10), Values(11), config.Epsilon);
    }

    /// <summary>Packs the weights for oneDNN's products too.</summary>
    public void Pack()
    {
        foreach (var linear in new[] { _qkv, _out, _up, _down })
            linear.Pack(Int8Workspace.PackedRows);
    }

    /// <summary>Columns [from, to) of the packed projections: x [rows, D] to qkv [rows, 3D].</summary>
    public void Project(Int8Workspace work, float* x, int rows, float* qkv, int from, int to)
    {
        var d = _config.Width;
        for (var r = 0; r < rows; r++)
            work.Narrow.Set(r, x + ((long)r * d), d);
        var sums = work.Multiply(_qkv, work.Narrow, rows, from, to);
        for (var r = 0; r < rows; r++)
            _qkv.Finish(work.Narrow, r, sums, from, to, qkv + (3L * r * d) + from);
    }

    /// <summary>What follows attention: attended [rows, D], residual and result x [rows, D].</summary>
    public void Finish(Int8Workspace work, float* attended, float* x, int rows)
    {
        var (d, f) = (_config.Width, _config.FeedForwardWidth);
        for (var r = 0; r < rows; r++)
            work.Narrow.Set(r, attended + ((long)r * d), d);
        AddAndNorm(work, _out, work.Narrow, _attentionNorm, x, rows);
        for (var r = 0; r < rows; r++)
            work.Narrow.Set(r, x + ((long)r * d), d);
        var sums = work.Multiply(_up, work.Narrow, rows, 0, f);
        var row = work.Row.Pointer;
        for (var r = 0; r < rows; r++)
        {
            _up.Finish(work.Narrow, r, sums, 0, f, row);
            RowActivation.Run(_config.Activation, new(row, f));
            work.Wide.Set(r, row, f);
        }

        AddAndNorm(work, _down, work.Wide, _norm, x, rows);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _qkv.Dispose();
        _out.Dispose();
        _up.Dispose();
        _down.Dispose();
    }

    private void AddAndNorm(Int8Workspace work, Int8Linear linear, ByteRows input, RowNorm norm, float* x, int rows)
    {
        var d = _config.Width;
        var sums = work.Multiply(linear, input, rows, 0, d);
        for (var r = 0; r < rows; r++)
        {
            linear.Finish(input, r, sums, 0, d, work.Row.Pointer);
            norm.AddAndRun(new(x + ((long)r * d), d), new(work.Row.Pointer, d));
        }
    }
}
