using System.Globalization;
using System.Text;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Devices;

/// <summary>
/// Products y = x Wᵀ + b of oneDNN with a matrix that is packed once, float32 or bfloat16 on the CPU: on processors where libtorch's own
/// products go through MKL's slow path (AMD), several times as fast. Equal to them to rounding.
/// </summary>
internal static class PackedProducts
{
    /// <summary>Activations that a product may end with: oneDNN's name and algorithm by the name in config.json.</summary>
    public static readonly IReadOnlyDictionary<string, (string Name, string Algorithm)> Fused = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["gelu"] = ("gelu", "none"),
        ["gelu_python"] = ("gelu", "none"),
        ["gelu_new"] = ("gelu", "tanh"),
        ["gelu_pytorch_tanh"] = ("gelu", "tanh"),
        ["gelu_fast"] = ("gelu", "tanh"),
        ["relu"] = ("relu", ""),
        ["silu"] = ("swish", ""),
        ["swish"] = ("swish", ""),
        ["tanh"] = ("tanh", ""),
    };

    private static readonly Lazy<jit.ScriptModule> Text = new(() => TorchScript.Load(Methods()));

    /// <summary>Whether they can be used.</summary>
    public static bool Supported => TorchScript.HasMklDnn;

    /// <summary>
    /// Packs a matrix [outputs, inputs] if its product stays right. Where oneDNN's blocks are wider than what is left of the
    /// rows, its product reads the packed form wrongly (seen: libtorch 2.10 on AMD Zen 5, rows that are no multiple of 64): then the
    /// matrix is given back, which products take as well.
    /// </summary>
    public static Tensor Pack(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var packed = (Tensor)Text.Value.Call("pack", weight);
        var x = Range(0, 4 * weight.shape[1], ScalarType.Float32).cos().view(4, -1).to(weight.dtype);
        var product = ((Tensor)Text.Value.Call("multiply", x, packed)).to(ScalarType.Float32);
        var expected = nn.functional.linear(x.to(ScalarType.Float32), weight.to(ScalarType.Float32));
        var tolerance = weight.dtype == ScalarType.Float32 ? 1e-3 : 1e-2;
        var right = (product - expected).abs().max().item<float>() <= tolerance * (1 + expected.abs().max().item<float>());
        return (right ? packed : weight.alias()).MoveToOuterDisposeScope();
    }

    /// <summary>x [T, inputs] to [T, outputs].</summary>
    public static Tensor Multiply(Tensor x, Tensor packed, Tensor? bias) => Call("multiply", x, packed, bias);

    /// <summary>residual + the product, [T, outputs].</summary>
    public static Tensor Add(Tensor x, Tensor packed, Tensor? bias, Tensor residual) => Call("add", x, packed, bias, residual);

    /// <summary>One of the <see cref="Fused"/> activations of the product, [T, outputs].</summary>
    public static Tensor Activate(Tensor x, Tensor packed, Tensor? bias, string activation) => Call(activation, x, packed, bias);

    private static Tensor Call(string method, Tensor x, Tensor packed, Tensor? bias, params Tensor[] others) => bias is null
        ? (Tensor)Text.Value.Call(method, [x, packed, .. others]) : (Tensor)Text.Value.Call(method + "_biased", [x, packed, bias, .. others]);

    private static string Methods()
    {
        var text = new StringBuilder("""
            def pack(self, w: Tensor) -> Tensor:
                return ops.mkldnn._reorder_linear_weight(w, None)

            def add(self, x: Tensor, w: Tensor, residual: Tensor) -> Tensor:
                return ops.mkldnn._linear_pointwise(x, residual, w, None, "add")

            def add_biased(self, x: Tensor, w: Tensor, b: Tensor, residual: Tensor) -> Tensor:
                return ops.mkldnn._linear_pointwise(x, residual, w, b, "add")

            """);
        foreach (var (name, (kind, algorithm)) in Fused.Append(new("multiply", ("none", ""))))
            text.Append(CultureInfo.InvariantCulture, $"""

                def {name}(self, x: Tensor, w: Tensor) -> Tensor:
                    return ops.mkldnn._linear_pointwise(x, w, None, "{kind}", [], "{algorithm}")

                def {name}_biased(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                    return ops.mkldnn._linear_pointwise(x, w, b, "{kind}", [], "{algorithm}")

                """);
        return text.ToString();
    }
}
