using ML.Extensions.Kernels;

namespace ML.Extensions.Encoders;

/// <summary>One worker's memory for int8 layers: a block of rows on its way through a product, and attention's tiles.</summary>
internal sealed class Int8Workspace : IDisposable
{
    /// <summary>Rows of a block: its sums stay in the second-level cache.</summary>
    public const int BlockRows = 32;

    /// <summary>Memory for networks of one size.</summary>
    public Int8Workspace(EncoderConfig config)
    {
        var (d, f) = (config.Width, config.FeedForwardWidth);
        var widest = Math.Max(3 * d, f);
        Narrow = new(BlockRows, d);
        Wide = new(BlockRows, f);
        Sums = new((long)BlockRows * (widest + Int8Matrix.Panel));
        Row = new(widest);
        Attention = new(d / config.Heads);
    }

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

    /// <inheritdoc/>
    public void Dispose()
    {
        Narrow.Dispose();
        Wide.Dispose();
        Sums.Dispose();
        Row.Dispose();
        Attention.Dispose();
    }
}
