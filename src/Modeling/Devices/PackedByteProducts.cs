using ML.Extensions.Kernels;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Devices;

/// <summary>
/// Products of unsigned bytes [T, K] and signed bytes [N, K] by oneDNN, with a matrix that is packed once: it reaches instructions
/// that .NET has no names for (AVX-512 VNNI, AMX). Sums come as float32, exact up to 2^24.
/// </summary>
internal static class PackedByteProducts
{
    private static readonly Lazy<jit.ScriptModule> Text = new(() => TorchScript.Load("""
        def pack(self, w: Tensor, rows: int) -> Tensor:
            return ops.onednn.qlinear_prepack(w, [rows, w.size(1)])

        def multiply(self, x: Tensor, w: Tensor, one: Tensor, zero: Tensor) -> Tensor:
            return ops.onednn.qlinear_pointwise(x, 1.0, 0, w, one, zero, None, 1.0, 0, 6, "none", [], "")

        """));

    private static readonly Lazy<(Tensor One, Tensor Zero)> Factors = new(() =>
    {
        using var _ = inference_mode(false);
        return (ones(1).DetachFromDisposeScope(), zeros(1, ScalarType.Int32).DetachFromDisposeScope());
    });

    /// <summary>Packs bytes [N, K], int8, for products of about so many rows; null where oneDNN's products are not there or not right.</summary>
    public static Tensor? Pack(Tensor weight, int rows)
    {
        if (!PackedProducts.Supported)
            return null;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        try
        {
            var packed = (Tensor)Text.Value.Call("pack", weight, rows);
            var x = (Range(0, rows * weight.shape[1], ScalarType.Int64).Times(37).remainder(Number(251))).to(ScalarType.Byte).view(rows, -1);
            var expected = nn.functional.linear(x.to(ScalarType.Float32), weight.to(ScalarType.Float32));
            return Multiply(x, packed).eq(expected).all().item<bool>() ? packed.MoveToOuterDisposeScope() : null;
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return null; // this processor's oneDNN has no such product
        }
    }

    /// <summary>Σ x[t, k] · w[n, k]: x [T, K], unsigned bytes, to [T, N]. Runs on the threads that the calling thread's torch has.</summary>
    public static Tensor Multiply(Tensor x, Tensor packed) => (Tensor)Text.Value.Call("multiply", x, packed, Factors.Value.One, Factors.Value.Zero);
}
