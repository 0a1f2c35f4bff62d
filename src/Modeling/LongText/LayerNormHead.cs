using ML.Extensions.Checkpoints;
using TorchSharp;

namespace ML.Extensions.LongText;

/// <summary>Layer normalisation of the pooled vector, eps 1e-5.</summary>
/// <param name="weight">Factor [D].</param>
/// <param name="bias">Summand [D].</param>
/// <param name="origin">Name for messages.</param>
internal sealed class LayerNormHead(torch.Tensor weight, torch.Tensor bias, string origin) : EmbeddingHead
{
    /// <summary>Opens a module folder: config.json and weights.</summary>
    /// <exception cref="InvalidDataException">Config and weights do not fit.</exception>
    public static LayerNormHead Open(string folder)
    {
        var origin = Path.GetFileName(folder) + "/config.json";
        using var json = JsonFile.Open(Path.Combine(folder, "config.json"));
        var width = json.RootElement.Count("dimension", origin) ?? throw new InvalidDataException($"{origin}: it has no 'dimension'.");
        using var file = WeightFiles.Open(folder);
        var weights = new NamedWeights(file, "norm.weight");
        return new(
            weights.ReadFloat("norm.weight", width).DetachFromDisposeScope(),
            weights.ReadFloat("norm.bias", width).DetachFromDisposeScope(), origin);
    }

    /// <inheritdoc/>
    public override int OutputWidth(int inputWidth) => inputWidth == weight.shape[0] ? inputWidth : throw new InvalidDataException(
        $"{origin}: dimension is {weight.shape[0]}; what stands before gives {inputWidth} dimensions.");

    /// <inheritdoc/>
    public override torch.Tensor Apply(torch.Tensor x) =>
        torch.nn.functional.layer_norm(x, [weight.shape[0]], weight, bias, 1e-5);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        weight.Dispose();
        bias.Dispose();
        base.Dispose(disposing);
    }
}
