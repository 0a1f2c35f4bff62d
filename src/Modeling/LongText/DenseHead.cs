using TorchSharp;

namespace ML.Extensions.LongText;

/// <summary>A linear layer with an activation, as sentence-transformers' Dense: y = act(x W^T + b) [+ x].</summary>
internal sealed class DenseHead(torch.Tensor weight, torch.Tensor? bias, string activation, bool residual) : EmbeddingHead
{
    /// <summary>Activations by the last part of their Python name.</summary>
    private static readonly Dictionary<string, Func<torch.Tensor, torch.Tensor>> Activations = new(StringComparer.Ordinal)
    {
        ["Identity"] = x => x.alias(),
        ["Tanh"] = torch.tanh,
        ["GELU"] = x => torch.nn.functional.gelu(x),
        ["ReLU"] = x => torch.nn.functional.relu(x),
        ["SiLU"] = x => torch.nn.functional.silu(x),
        ["Sigmoid"] = torch.sigmoid,
    };

    private readonly Func<torch.Tensor, torch.Tensor> _activation = Activations[activation];

    /// <summary>Known activations.</summary>
    public static IReadOnlyCollection<string> Known => Activations.Keys;

    /// <inheritdoc/>
    public override int OutputWidth(int inputWidth) => (int)weight.shape[0];

    /// <inheritdoc/>
    public override torch.Tensor Apply(torch.Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var linear = torch.nn.functional.linear(x, weight, bias); // [N, D']
        var y = _activation(linear);
        if (residual)
        {
            var short_ = x.shape[1] >= y.shape[1] ? x.narrow(1, 0, y.shape[1])
                : torch.nn.functional.pad(x, [0, y.shape[1] - x.shape[1]]);
            y = y + short_;
        }

        return y.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        weight.Dispose();
        bias?.Dispose();
        base.Dispose(disposing);
    }
}
