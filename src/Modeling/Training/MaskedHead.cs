using ML.Extensions.Checkpoints;
using ML.Extensions.Kernels;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>BERT's head for hidden tokens: a product, GELU, a norm, and the word table as the last product. Source: arXiv 1810.04805.</summary>
internal sealed class MaskedHead : IDisposable
{
    private const string At = "cls.predictions.";

    private readonly TrainableEncoder _encoder;
    private readonly Tensor _words, _weight, _bias, _norm, _normBias, _wordBias;

    /// <summary>Reads the head from a file that has one, else makes it.</summary>
    public MaskedHead(TrainableEncoder encoder, Weights file)
    {
        _encoder = encoder;
        var (spec, device) = (encoder.Spec, encoder.Device);
        if (spec.Embedding.Width != spec.Width)
            throw new NotSupportedException($"Masked-language-model training needs words as wide as the states; the {spec.Family} network has {spec.Embedding.Width} and {spec.Width}.");
        _words = encoder.Parameter(spec.Embedding.Words).Working;
        var parameters = new List<TrainedParameter>();
        var names = new NamedWeights(file, At + "bias");
        Tensor Make(string name, Func<Tensor> otherwise, params long[] shape)
        {
            using var scope = NewDisposeScope();
            var tensor = (names.Contains(At + name) ? names.ReadFloat(At + name, shape) : otherwise()).to(ScalarType.Float32, device).clone().DetachFromDisposeScope();
            parameters.Add(new(WeightOrigin.Of(At + name, shape[0]), tensor, tensor));
            return tensor;
        }

        var d = (long)spec.Width;
        using var generator = new Generator(17, CPU);
        _weight = Make("transform.dense.weight", () => randn([d, d], generator: generator).Times(0.02), d, d);
        _bias = Make("transform.dense.bias", () => zeros(d), d);
        _norm = Make("transform.LayerNorm.weight", () => ones(d), d);
        _normBias = Make("transform.LayerNorm.bias", () => zeros(d), d);
        _wordBias = Make("bias", () => zeros(spec.VocabularySize), spec.VocabularySize);
        parameters.ForEach(p => p.Train(null));
        Parameters = parameters;
    }

    /// <summary>Its own weights; the word table is the network's.</summary>
    public IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>States [M, D] to logits over the words, [M, V].</summary>
    public Tensor Logits(Tensor states)
    {
        var x = nn.functional.gelu(nn.functional.linear(states, _weight, _bias));
        x = nn.functional.layer_norm(x, [_encoder.Spec.Width], _norm, _normBias, 1e-12);
        return nn.functional.linear(x, _words, _wordBias);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in Parameters)
            parameter.Working.Dispose();
    }
}
