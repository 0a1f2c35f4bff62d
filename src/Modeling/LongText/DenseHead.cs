using ML.Extensions.Checkpoints;
using ML.Extensions.Kernels;
using TorchSharp;

namespace ML.Extensions.LongText;

/// <summary>A linear layer with an activation, as sentence-transformers' Dense: y = act(x Wᵀ + b) [+ x Rᵀ].</summary>
/// <param name="weight">W [D', D].</param>
/// <param name="bias">b [D'], or null.</param>
/// <param name="residual">R [D', D], or null.</param>
/// <param name="activation">Python name of the activation.</param>
/// <param name="addInput">Whether x itself is added; D' = D.</param>
/// <param name="origin">Name for messages.</param>
internal sealed class DenseHead(
    torch.Tensor weight, torch.Tensor? bias, torch.Tensor? residual, string activation, bool addInput, string origin) : EmbeddingHead
{
    /// <summary>Activations by Python name, and by the short one that torch.nn also exports.</summary>
    private static readonly Dictionary<string, Func<torch.Tensor, torch.Tensor>> Activations = new(StringComparer.Ordinal)
    {
        ["torch.nn.modules.linear.Identity"] = x => x.alias(),
        ["torch.nn.modules.activation.Tanh"] = torch.tanh,
        ["torch.nn.modules.activation.GELU"] = x => torch.nn.functional.gelu(x),
        ["torch.nn.modules.activation.ReLU"] = x => torch.nn.functional.relu(x),
        ["torch.nn.modules.activation.SiLU"] = x => torch.nn.functional.silu(x),
        ["torch.nn.modules.activation.Sigmoid"] = torch.sigmoid,
    };

    private readonly Func<torch.Tensor, torch.Tensor> _activation = Activation(activation, origin);

    /// <summary>Opens a module folder: config.json and weights.</summary>
    /// <exception cref="InvalidDataException">Config and weights do not fit.</exception>
    /// <exception cref="NotSupportedException">The activation is not known.</exception>
    public static DenseHead Open(string folder)
    {
        var origin = Path.GetFileName(folder) + "/config.json";
        using var json = JsonFile.Open(Path.Combine(folder, "config.json"));
        var config = json.RootElement;
        long input = Size("in_features"), output = Size("out_features");
        foreach (var key in (string[])["module_input_name", "module_output_name"])
            if (config.Text(key, origin) is { } name and not "sentence_embedding")
                throw new NotSupportedException($"{origin}: {key} is '{name}'. Known: sentence_embedding.");
        var activation = config.Text("activation_function", origin) ?? "torch.nn.modules.activation.Tanh";
        _ = Activation(activation, origin);
        var residual = config.Flag("use_residual", origin) ?? false;
        using var file = WeightFiles.Open(folder);
        var weights = new NamedWeights(file, "linear.weight");
        var own = residual && weights.Contains("residual.weight");
        if (residual && !own && input != output)
            throw new InvalidDataException($"{origin}: use_residual is true for {input} to {output} dimensions, and {file.Origin} has no tensor 'residual.weight'.");
        return new(
            weights.ReadFloat("linear.weight", output, input).DetachFromDisposeScope(),
            config.Flag("bias", origin) ?? true ? weights.ReadFloat("linear.bias", output).DetachFromDisposeScope() : null,
            own ? weights.ReadFloat("residual.weight", output, input).DetachFromDisposeScope() : null,
            activation, residual && !own, origin);
        int Size(string key) => config.Count(key, origin) ?? throw new InvalidDataException($"{origin}: it has no '{key}'.");
    }

    /// <inheritdoc/>
    public override int OutputWidth(int inputWidth) => inputWidth == weight.shape[1] ? (int)weight.shape[0] : throw new InvalidDataException(
        $"{origin}: in_features is {weight.shape[1]}; what stands before gives {inputWidth} dimensions.");

    /// <inheritdoc/>
    public override torch.Tensor Apply(torch.Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var y = _activation(torch.nn.functional.linear(x, weight, bias)); // [N, D']
        if (residual is not null)
            y = y.AddHeld(torch.nn.functional.linear(x, residual));
        else if (addInput)
            y = y.AddHeld(x);
        return y.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        weight.Dispose();
        bias?.Dispose();
        residual?.Dispose();
        base.Dispose(disposing);
    }

    private static Func<torch.Tensor, torch.Tensor> Activation(string name, string origin) =>
        Activations.TryGetValue(name, out var known)
        || Activations.TryGetValue(name.Replace("torch.nn.", "torch.nn.modules.activation.", StringComparison.Ordinal), out known)
            ? known
            : throw new NotSupportedException($"{origin}: activation_function is '{name}'. Known: {string.Join(", ", Activations.Keys)}.");
}
