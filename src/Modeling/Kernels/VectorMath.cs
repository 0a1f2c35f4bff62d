using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Extensions.Kernels;

/// <summary>Functions of float vectors.</summary>
internal static class VectorMath
{
    /// <summary>Base-2 logarithm of e: e^x = 2^(x log2 e).</summary>
    public const float Log2E = 1.44269504f;

    // 2^f for f in -0.5 .. 0.5, within 3e-7.
    private const float C1 = 0.69314718f, C2 = 0.24022651f, C3 = 0.05550411f, C4 = 0.0096181291f, C5 = 0.0013333558f;

    /// <summary>2^x, within 3e-7 of the result; below -126 about 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp2(Vector<float> x)
    {
        x = Vector.Min(Vector.Max(x, new Vector<float>(-126f)), new Vector<float>(127f));
        var n = Vector.Round(x);
        var f = x - n;
        var p = Vector.FusedMultiplyAdd(f, new Vector<float>(C5), new Vector<float>(C4));
        p = Vector.FusedMultiplyAdd(p, f, new Vector<float>(C3));
        p = Vector.FusedMultiplyAdd(p, f, new Vector<float>(C2));
        p = Vector.FusedMultiplyAdd(p, f, new Vector<float>(C1));
        p = Vector.FusedMultiplyAdd(p, f, Vector<float>.One);
        return Vector.AsVectorSingle(Vector.AsVectorInt32(p) + Vector.ShiftLeft(Vector.ConvertToInt32(n), 23));
    }

    /// <summary>2^x of sixteen values that are at most 0, within 3e-7 of the result; below -126 about 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp2(Vector512<float> x)
    {
        x = Vector512.Max(x, Vector512.Create(-126f));
        var n = Vector512.Round(x);
        var f = x - n;
        var p = Vector512.FusedMultiplyAdd(f, Vector512.Create(C5), Vector512.Create(C4));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(C3));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(C2));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512.Create(C1));
        p = Vector512.FusedMultiplyAdd(p, f, Vector512<float>.One);
        return (p.AsInt32() + Vector512.ShiftLeft(Vector512.ConvertToInt32(n), 23)).AsSingle();
    }

    /// <summary>
    /// x Φ(x), Φ the normal distribution: GELU, within 5e-5. 2Φ(x) - 1 = erf(x / √2) is an odd polynomial up to 4.3, fitted by us,
    /// and stays there beyond.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Gelu(Vector<float> x)
    {
        var c = Vector.Min(Vector.Max(x, new Vector<float>(-4.3f)), new Vector<float>(4.3f));
        var t = c * c;
        var p = Vector.FusedMultiplyAdd(t, new Vector<float>(8.394156897e-11f), new Vector<float>(-8.497395676e-09f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(3.804276503e-07f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(-1.001196778e-05f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(1.742314053e-04f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(-2.142748563e-03f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(1.939021423e-02f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(-1.323110462e-01f));
        p = Vector.FusedMultiplyAdd(p, t, new Vector<float>(7.976040840e-01f));
        var half = x * 0.5f;
        return Vector.FusedMultiplyAdd(half, c * p, half);
    }

    /// <summary>GELU of sixteen values, as of a narrower vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x)
    {
        var c = Vector512.Min(Vector512.Max(x, Vector512.Create(-4.3f)), Vector512.Create(4.3f));
        var t = c * c;
        var p = Vector512.FusedMultiplyAdd(t, Vector512.Create(8.394156897e-11f), Vector512.Create(-8.497395676e-09f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(3.804276503e-07f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.001196778e-05f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.742314053e-04f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-2.142748563e-03f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.939021423e-02f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.323110462e-01f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(7.976040840e-01f));
        var half = x * 0.5f;
        return Vector512.FusedMultiplyAdd(half, c * p, half);
    }

    /// <summary>GELU's approximation 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))), which is x σ(2 √(2/π) (x + 0.044715 x³)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> TanhGelu(Vector<float> x) => x / (Vector<float>.One
        + Exp2((-1.59576912f * Log2E) * x * Vector.FusedMultiplyAdd(x * x, new Vector<float>(0.044715f), Vector<float>.One)));

    /// <summary>x σ(x): SiLU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Silu(Vector<float> x) => x / (Vector<float>.One + Exp2(x * -Log2E));
}
