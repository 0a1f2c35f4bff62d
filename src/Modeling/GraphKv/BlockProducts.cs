using ML.Extensions.Devices;
using ML.Extensions.Kernels;
using ML.Extensions.Transformers;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Attention of queries over all their keys at once, by two oneDNN products and a softmax: heads that share keys are rows of one
/// product, and only so many rows go at once that their logits stay in the cache. On processors where libtorch's flash kernel goes
/// through MKL's slow path (AMD) about twice as fast.
/// </summary>
internal static class BlockProducts
{
    /// <summary>Logits at once, about; two million floats are 8 MB.</summary>
    private const long LogitsAtOnce = 2 << 20;

    /// <summary>Keys below which the flash kernel is as fast.</summary>
    private const int FewKeys = 512;

    /// <summary>Whether a reader's attention over so many keys goes this way.</summary>
    public static bool Serve(Tensor query, int keys, AttentionSpec spec) =>
        PackedProducts.Supported && keys >= FewKeys && query.device_type == TorchSharp.DeviceType.CPU && query.dtype == ScalarType.Float32
        && spec is { SoftCap: null, Reach: null, Positions: null or PositionEncoding.Rotary };

    /// <summary>Attends.</summary>
    /// <param name="query">[H, L, d], turned and scaled so that logits are q·k / sqrt(d).</param>
    /// <param name="block">Keys [KeyHeads, S, d]; the last L of them are the queries' own tokens, seen causally.</param>
    /// <returns>[H, L, d].</returns>
    public static Tensor Attend(Tensor query, KeyBlock block)
    {
        using var scope = NewDisposeScope();
        var (heads, length, d) = (query.shape[0], query.shape[1], query.shape[2]);
        var (groups, keys) = (block.Keys.shape[0], block.Keys.shape[1]);
        var rows = query.Times(1 / Math.Sqrt(d)).reshape(groups, -1, d); // [KeyHeads, G·L, d]
        var hidden = full([length, length], Number(float.NegativeInfinity)).triu_(1).repeat(heads / groups, 1); // [G·L, L]
        var output = empty(rows.shape);
        var atOnce = Math.Max(16, LogitsAtOnce / keys);
        for (var g = 0L; g < groups; g++)
        {
            var (key, value) = (block.Keys[g], block.Values[g].t());
            for (var from = 0L; from < rows.shape[1]; from += atOnce)
            {
                using var inner = NewDisposeScope();
                var count = Math.Min(atOnce, rows.shape[1] - from);
                var logits = PackedProducts.Multiply(rows[g].narrow(0, from, count), key, null); // [count, S]
                logits.narrow(1, keys - length, length).AddHeld(hidden.narrow(0, from, count));
                output[g].narrow(0, from, count).copy_(PackedProducts.Multiply(logits.softmax(-1), value, null));
            }
        }

        return output.view(heads, length, d).MoveToOuterDisposeScope();
    }
}
