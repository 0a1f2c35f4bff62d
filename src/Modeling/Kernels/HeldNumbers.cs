using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Kernels;

/// <summary>
/// Sums, and products with numbers, that hold on to their number. TorchSharp 0.107's own operators (x + y with its hidden factor 1, x * 0.5) make a
/// Scalar that nothing refers to while the native code reads it: a collection at that moment frees it, and the operator fails, or
/// computes with another number.
/// </summary>
internal static class HeldNumbers
{
    private static readonly Scalar One = 1L, MinusOne = -1L;

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + y, in x.</summary>
    public static Tensor AddHeld(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x - y.</summary>
    public static Tensor Minus(this Tensor x, Tensor y) => x.add(y, MinusOne);

    /// <summary>x + a · b, in x.</summary>
    public static Tensor AddProduct(this Tensor x, Tensor a, Tensor b) => x.addcmul_(a, b, One);

    /// <summary>x - a · b, in x.</summary>
    public static Tensor SubtractProduct(this Tensor x, Tensor a, Tensor b) => x.addcmul_(a, b, MinusOne);

    /// <summary>x + number, in x.</summary>
    public static Tensor AddHeld(this Tensor x, double number)
    {
        using Scalar held = number;
        return x.add_(held, One);
    }

    /// <summary>x · number.</summary>
    public static Tensor Times(this Tensor x, double number)
    {
        using Scalar held = number;
        return x.mul(held);
    }

    /// <summary>x · number, in x.</summary>
    public static Tensor MultiplyHeld(this Tensor x, double number)
    {
        using Scalar held = number;
        return x.mul_(held);
    }

    /// <summary>x / number, in x.</summary>
    public static Tensor DivideHeld(this Tensor x, double number)
    {
        using Scalar held = number;
        return x.div_(held);
    }

    /// <summary>x, and a number where a mask is true.</summary>
    public static Tensor Filled(this Tensor x, Tensor mask, double number)
    {
        using Scalar held = number;
        return x.masked_fill(mask, held);
    }
}
