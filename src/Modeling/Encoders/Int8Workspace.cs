using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Encoders;

/// <summary>One worker's memory for int8 layers: a block of rows on its way through a product, and attention's tiles.</summary>
internal sealed class Int8Workspace : IDisposable
{
    /// <summary>Rows of a block: its sums stay in the second-level cache.</summary>
    public const int BlockRows = 32;

    /// <summary>Rows of a block whose products are oneDNN's: fewer calls.</summary>
    public const int PackedRows = 128;

    private const long KeptFloats = 1 << 22;

    private Tensor? _product;
    private NativeArray<float>? _states;

    /// <summary>Memory for networks of one size.</summary>
    public Int8Workspace(EncoderConfig config)
    {
        var (d, f) = (config.Width, config.FeedForwardWidth);
        var widest = Math.Max(3 * d, f);
        Narrow = new(PackedRows, d);
        Wide = new(PackedRows, f);
        Sums = new((long)PackedRows * (widest + Int8Matrix.Panel));
        Row = new(widest);
        Attention = new(d / config.Heads);
    }

    /// <summary>Whether products are oneDNN's, where the weights are packed for it.</summary>
    public bool Packed { get; set; }

    /// <summary>Inputs of width D.</summary>
    public ByteRows Narrow { get; }

    /// <summary>Inputs of the feed-forward width.</summary>
    public ByteRows Wide { get; }

    /// <summary>A product's sums.</summary>
    public NativeArray<int> Sums { get; }

    /// <summary>One row of a product.</summary>
    public NativeArray<float> Row { get; }

    /// <summary>Attention of one head.</summary>
    public HeadAttention Attention { get; }

    /// <summary>Columns [from, to) of a product; they hold until the next.</summary>
    public unsafe RowSums Multiply(Int8Linear linear, ByteRows x, int rows, int from, int to)
    {
        if (!Packed || !linear.IsPacked || rows < BlockRows)
            return linear.Multiply(x, rows, Sums, from, to);
        _product?.Dispose();
        _product = linear.MultiplyPacked(x, rows).DetachFromDisposeScope();
        fixed (byte* first = _product.bytes)
            return new(first, linear.Weights.Outputs, floats: true); // native: it stays
    }

    /// <summary>Room for so many floats, whatever they are; holds until <see cref="Forget"/>.</summary>
    public unsafe float* States(long count)
    {
        if (_states is null || _states.Length < count)
        {
            _states?.Dispose();
            _states = new(count, clear: false);
        }

        return _states.Pointer;
    }

    /// <summary>Frees the last product, and states of long texts.</summary>
    public void Forget()
    {
        _product?.Dispose();
        _product = null;
        if (_states?.Length > KeptFloats)
        {
            _states.Dispose();
            _states = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _states?.Dispose();
        Narrow.Dispose();
        Wide.Dispose();
        Sums.Dispose();
        Row.Dispose();
        Attention.Dispose();
    }
}
