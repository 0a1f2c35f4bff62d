using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>The named tensors of one checkpoint: a safetensors file, its shards, a pickle or an ONNX file.</summary>
internal abstract class Weights : IDisposable
{
    /// <summary>File or package that the weights come from, as messages name it.</summary>
    public abstract string Origin { get; }

    /// <summary>Every tensor by name.</summary>
    public abstract IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>Reads one tensor as it is stored. The caller owns it.</summary>
    /// <exception cref="KeyNotFoundException">No tensor has this name.</exception>
    public abstract torch.Tensor Read(string name);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the file.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
