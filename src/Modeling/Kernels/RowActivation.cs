using System.Numerics;

namespace ML.Extensions.Kernels;

/// <summary>Activations of a row in float32, in place.</summary>
internal static unsafe class RowActivation
{
    /// <summary>Whether the kernel is as close as float32 itself; the error function's is not.</summary>
    public static bool IsClose(string name) => name is "relu" or "silu" or "swish" or "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast";

    /// <summary>Applies an activation by its name in config.json; names beginning with "gelu_" are GELU's tanh form.</summary>
    public static void Run(string name, Span<float> x)
    {
        switch (name)
        {
            case "gelu" when WideRows.Fits(x.Length):
                fixed (float* values = x)
                    WideRows.Gelu(values, x.Length);
                break;
            case "gelu":
                Each<Gelu>(x);
                break;
            case "relu":
                Each<Relu>(x);
                break;
            case "silu" or "swish":
                Each<Silu>(x);
                break;
            default:
                Each<TanhGelu>(x);
                break;
        }
    }

    private static void Each<T>(Span<float> x)
        where T : struct, IFunction
    {
        var i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            T.Of(new Vector<float>(x[i..])).CopyTo(x[i..]);
        for (; i < x.Length; i++)
            x[i] = T.Of(new Vector<float>(x[i]))[0];
    }

    private interface IFunction
    {
        static abstract Vector<float> Of(Vector<float> x);
    }

    private readonly struct Gelu : IFunction
    {
        public static Vector<float> Of(Vector<float> x) => VectorMath.Gelu(x);
    }

    private readonly struct TanhGelu : IFunction
    {
        public static Vector<float> Of(Vector<float> x) => VectorMath.TanhGelu(x);
    }

    private readonly struct Relu : IFunction
    {
        public static Vector<float> Of(Vector<float> x) => Vector.Max(x, Vector<float>.Zero);
    }

    private readonly struct Silu : IFunction
    {
        public static Vector<float> Of(Vector<float> x) => VectorMath.Silu(x);
    }
}
