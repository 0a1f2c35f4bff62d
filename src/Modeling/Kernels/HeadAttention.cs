using System.Numerics;
using System.Runtime.Intrinsics;

namespace ML.Extensions.Kernels;

/// <summary>
/// softmax(scale · q kᵀ) v of one head in float32, on the calling thread. Keys come in blocks, eight queries at a time, with a
/// running maximum and sum for each query, so that memory stays linear in length. Source: Milakov and Gimelshein, arXiv 1805.02867; Dao et al., arXiv 2205.14135.
/// </summary>
internal sealed unsafe class HeadAttention : IDisposable
{
    /// <summary>Keys of a block: with their values they stay in the second-level cache.</summary>
    private const int Block = 512;

    private readonly int _width;
    private readonly int _padded; // width rounded up to whole tiles
    private readonly NativeArray<float> _keys, _values, _queries, _scores, _output;

    /// <summary>Working memory for heads of a width.</summary>
    public HeadAttention(int headWidth)
    {
        _width = headWidth;
        _padded = (headWidth + TileProduct.Columns - 1) / TileProduct.Columns * TileProduct.Columns;
        _keys = new(headWidth * Block); // transposed
        _values = new(Block * _padded);
        _queries = new(TileProduct.Rows * headWidth);
        _scores = new(TileProduct.Rows * Block);
        _output = new(TileProduct.Rows * _padded);
    }

    /// <summary>Attends with every query to every key.</summary>
    /// <param name="q">[queries, d], rows <paramref name="step"/> apart.</param>
    /// <param name="queries">Number of queries.</param>
    /// <param name="k">[length, d], rows <paramref name="step"/> apart.</param>
    /// <param name="v">[length, d], rows <paramref name="step"/> apart.</param>
    /// <param name="length">Number of keys.</param>
    /// <param name="step">Floats between rows of q, k and v.</param>
    /// <param name="scale">Factor on the logits.</param>
    /// <param name="y">[queries, d], rows <paramref name="yStep"/> apart.</param>
    /// <param name="yStep">Floats between rows of y.</param>
    public void Run(float* q, int queries, float* k, float* v, int length, long step, float scale, float* y, long yStep)
    {
        var (maxima, sums) = (new float[queries], new float[queries]);
        Array.Fill(maxima, float.NegativeInfinity);
        for (var start = 0; start < length; start += Block)
        {
            var count = Math.Min(Block, length - start);
            Pack(k + (start * step), v + (start * step), count, step);
            for (var first = 0; first < queries; first += TileProduct.Rows)
            {
                var rows = Math.Min(TileProduct.Rows, queries - first);
                for (var r = 0; r < rows; r++)
                    Scale(q + ((first + r) * step), scale * VectorMath.Log2E, _queries.Pointer + (r * _width));
                for (var n = 0; n < count; n += TileProduct.Columns)
                    TileProduct.Run(_queries.Pointer, _width, _keys.Pointer + n, Block, _width, _scores.Pointer + n, Block, false);
                Accumulate(first, rows, count, maxima, sums, y, yStep);
            }
        }

        for (var i = 0; i < queries; i++)
            Scale(y + (i * yStep), 1 / sums[i], y + (i * yStep));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _values.Dispose();
        _queries.Dispose();
        _scores.Dispose();
        _output.Dispose();
    }

    private void Accumulate(int first, int rows, int count, float[] maxima, float[] sums, float* y, long yStep)
    {
        Span<float> shrink = stackalloc float[TileProduct.Rows];
        for (var r = 0; r < rows; r++)
        {
            var before = maxima[first + r];
            (maxima[first + r], var sum) = Exponentials(_scores.Pointer + (r * Block), count, before);
            shrink[r] = float.IsNegativeInfinity(before) ? 0 : MathF.Pow(2, before - maxima[first + r]);
            sums[first + r] = (sums[first + r] * shrink[r]) + sum;
        }

        for (var n = 0; n < _padded; n += TileProduct.Columns)
            TileProduct.Run(_scores.Pointer, Block, _values.Pointer + n, _padded, count, _output.Pointer + n, _padded, false);
        for (var r = 0; r < rows; r++)
        {
            var from = _output.Pointer + (r * _padded);
            var to = y + ((first + r) * yStep);
            if (shrink[r] == 0)
                new ReadOnlySpan<float>(from, _width).CopyTo(new Span<float>(to, _width));
            else
                AddScaled(to, shrink[r], from);
        }
    }

    /// <summary>Turns scores into 2^(score - maximum), the maximum over them and those before; gives it and their sum.</summary>
    private static (float Maximum, float Sum) Exponentials(float* scores, int count, float maximum)
    {
        for (var pad = count; pad % 16 != 0; pad++)
            scores[pad] = float.NegativeInfinity; // Block is a multiple of 16
        if (Vector512.IsHardwareAccelerated)
            return WideExponentials(scores, count, maximum);
        var most = new Vector<float>(maximum);
        for (var i = 0; i < count; i += Vector<float>.Count)
            most = Vector.Max(most, Vector.Load(scores + i));
        for (var n = 0; n < Vector<float>.Count; n++)
            maximum = Math.Max(maximum, most[n]);
        var (total, center) = (Vector<float>.Zero, new Vector<float>(maximum));
        for (var i = 0; i < count; i += Vector<float>.Count)
        {
            var e = VectorMath.Exp2(Vector.Load(scores + i) - center);
            total += e;
            e.Store(scores + i);
        }

        return (maximum, Vector.Sum(total));
    }

    private static (float Maximum, float Sum) WideExponentials(float* scores, int count, float maximum)
    {
        var most = Vector512.Create(maximum);
        for (var i = 0; i < count; i += 16)
            most = Vector512.Max(most, Vector512.Load(scores + i));
        var half = Vector256.Max(most.GetLower(), most.GetUpper());
        for (var n = 0; n < 8; n++)
            maximum = Math.Max(maximum, half[n]);
        var (total, center) = (Vector512<float>.Zero, Vector512.Create(maximum));
        for (var i = 0; i < count; i += 16)
        {
            var e = VectorMath.Exp2(Vector512.Load(scores + i) - center);
            total += e;
            e.Store(scores + i);
        }

        return (maximum, Vector512.Sum(total));
    }

    /// <summary>Keys transposed, values in whole tiles; the columns of keys behind the last are left as they are.</summary>
    private void Pack(float* k, float* v, int count, long step)
    {
        for (var i = 0; i < count; i++, k += step, v += step)
        {
            for (var d = 0; d < _width; d++)
                _keys.Pointer[(d * Block) + i] = k[d];
            new ReadOnlySpan<float>(v, _width).CopyTo(_values.Span(i * _padded, _width));
        }
    }

    private void Scale(float* x, float factor, float* y)
    {
        var i = 0;
        for (; i <= _width - Vector<float>.Count; i += Vector<float>.Count)
            (Vector.Load(x + i) * factor).Store(y + i);
        for (; i < _width; i++)
            y[i] = x[i] * factor;
    }

    private void AddScaled(float* y, float factor, float* x)
    {
        var i = 0;
        for (; i <= _width - Vector<float>.Count; i += Vector<float>.Count)
            Vector.FusedMultiplyAdd(Vector.Load(y + i), new Vector<float>(factor), Vector.Load(x + i)).Store(y + i);
        for (; i < _width; i++)
            y[i] = (y[i] * factor) + x[i];
    }
}
