using ML.Extensions.Kernels;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>Activations by their names in config.json.</summary>
internal static class Activations
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new(StringComparer.Ordinal)
    {
        ["gelu"] = nn.functional.gelu,
        ["gelu_python"] = nn.functional.gelu,
        ["gelu_new"] = TanhGelu,
        ["gelu_pytorch_tanh"] = TanhGelu,
        ["gelu_fast"] = TanhGelu,
        ["quick_gelu"] = x => x * sigmoid(x.Times(1.702)),
        ["relu"] = x => nn.functional.relu(x),
        ["silu"] = x => nn.functional.silu(x),
        ["swish"] = x => nn.functional.silu(x),
        ["tanh"] = tanh,
    };

    /// <summary>Known names.</summary>
    public static IReadOnlyCollection<string> Known => Functions.Keys;

    /// <summary>The function of a name that is known.</summary>
    public static Func<Tensor, Tensor> Of(string name) => Functions[name];

    private static Tensor TanhGelu(Tensor x) => // 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
        x.Times(0.5) * tanh(x.Plus(x.pow(Number(3)).Times(0.044715)).Times(Math.Sqrt(2 / Math.PI))).Plus(1);
}
