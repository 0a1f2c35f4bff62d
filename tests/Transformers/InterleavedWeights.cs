using ML.Extensions.Checkpoints;
using TorchSharp;

namespace ML.Extensions.Tests.Transformers;

/// <summary>A BERT's tensors with the rows of queries and keys so ordered that what stood at j and j + d/2 of a head stands at 2j and 2j+1.</summary>
internal sealed class InterleavedWeights(Weights inner, int head) : Weights
{
    public override string Origin => inner.Origin;

    public override IReadOnlyDictionary<string, TensorEntry> Entries => inner.Entries;

    public override torch.Tensor Read(string name)
    {
        var stored = inner.Read(name);
        if (!name.Contains(".query.", StringComparison.Ordinal) && !name.Contains(".key.", StringComparison.Ordinal))
            return stored;
        using (stored)
        {
            using var scope = torch.NewDisposeScope();
            return stored.view([-1, 2, head / 2, .. stored.shape[1..]]).transpose(1, 2).reshape(stored.shape).MoveToOuterDisposeScope();
        }
    }

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
