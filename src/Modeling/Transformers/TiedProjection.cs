using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>The product with a table of words that is trained; the table is float32 and stays its owner's.</summary>
/// <param name="table">[V, D].</param>
internal sealed class TiedProjection(Tensor table) : Projection
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(x, table.to(x.dtype)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override long Bytes => 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
