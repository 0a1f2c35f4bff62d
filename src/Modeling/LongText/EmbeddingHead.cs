using TorchSharp;

namespace ML.Extensions.LongText;

/// <summary>A module behind the pooling: one file each.</summary>
internal abstract class EmbeddingHead : IDisposable
{
    /// <summary>Width of its output for an input of this width.</summary>
    public abstract int OutputWidth(int inputWidth);

    /// <summary>x [N, D] float32 to [N, D'].</summary>
    public abstract torch.Tensor Apply(torch.Tensor x);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the weights.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
