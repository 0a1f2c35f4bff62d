using System.Buffers;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A product with low-rank matrices beside it: y = W x + b + scale · B A x. Source: LoRA, arXiv 2106.09685.</summary>
/// <param name="inner">The product; it stays its owner's.</param>
/// <param name="parts">What is added to its rows, all of them in order; owned from here on.</param>
/// <param name="scale">alpha / r, or alpha / sqrt(r).</param>
internal sealed class LoraProjection(Projection inner, IReadOnlyList<LoraPart> parts, double scale) : Projection
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var added = parts.Select(p => p.A is null
            ? zeros(x.shape[0], p.Rows, x.dtype, x.device)
            : nn.functional.linear(nn.functional.linear(x, p.A).Times(scale), p.B!)).ToArray();
        return inner.Forward(x).Plus(added.Length == 1 ? added[0] : cat(added, 1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override long Bytes => parts.Sum(p => p.A is null ? 0 : (p.A.numel() * p.A.element_size()) + (p.B!.numel() * p.B.element_size()));

    /// <inheritdoc/>
    public override bool HasRow => inner.HasRow && parts.All(p => p.A is null || p.A.dtype == ScalarType.Float32);

    /// <inheritdoc/>
    public override unsafe void Row(float* x, float* y)
    {
        inner.Row(x, y);
        foreach (var part in parts)
        {
            if (part is { A: { } a, B: { } b })
                fixed (byte* down = a.bytes, up = b.bytes)
                    Add((float*)down, (float*)up, (int)a.shape[0], (int)a.shape[1], part.Rows, x, y);
            y += part.Rows;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var part in parts)
        {
            part.A?.Dispose();
            part.B?.Dispose();
        }
    }

    private unsafe void Add(float* a, float* b, int rank, int inputs, int rows, float* x, float* y)
    {
        var rented = ArrayPool<float>.Shared.Rent(rank + rows);
        fixed (float* low = rented)
        {
            var added = low + rank;
            new FloatRows(a, rank, inputs).Multiply(x, 1, low);
            for (var r = 0; r < rank; r++)
                low[r] *= (float)scale;
            new FloatRows(b, rows, rank).Multiply(low, 1, added);
            for (var i = 0; i < rows; i++)
                y[i] += added[i];
        }

        ArrayPool<float>.Shared.Return(rented);
    }
}
