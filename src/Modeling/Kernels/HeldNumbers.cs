using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Kernels;

/// <summary>
/// Numbers in tensor arithmetic that stay alive while native code reads them. TorchSharp 0.107's own conversions and operators (x.lt(0), x * 0.5, x.square(), x + y
/// with its hidden factor 1) make a Scalar that nothing refers to: a collection at that moment frees it, and the operator fails, or computes
/// with another number. They are banned in Modeling (BannedSymbols.txt).
/// </summary>
internal static class HeldNumbers
{
    private const int Held = 32; // far more than one operator takes

    private static readonly Scalar One = 1L.ToScalar(), MinusOne = (-1L).ToScalar();

    [ThreadStatic]
    private static Scalar[]? _held;

    [ThreadStatic]
    private static int _next;

    /// <summary>A whole number for an operator. It lives until its thread has made <see cref="Held"/> more.</summary>
    public static Scalar Number(long value) => Hold(value.ToScalar());

    /// <summary>A number for an operator. It lives until its thread has made <see cref="Held"/> more.</summary>
    public static Scalar Number(double value) => Hold(value.ToScalar());

    /// <summary>[to - from]: whole numbers in order, the last one left out.</summary>
    public static Tensor Range(long from, long to, ScalarType? dtype = null, Device? device = null) => arange(Number(from), Number(to), One, dtype, device);

    /// <summary>x + y.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x + number.</summary>
    public static Tensor Plus(this Tensor x, double number) => x.add(Number(number), One);

    /// <summary>x + a whole number, which leaves whole numbers whole.</summary>
    public static Tensor Plus(this Tensor x, long number) => x.add(Number(number), One);

    /// <summary>x + y, in x.</summary>
    public static Tensor AddHeld(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x - y.</summary>
    public static Tensor Minus(this Tensor x, Tensor y) => x.add(y, MinusOne);

    /// <summary>x - y, in x.</summary>
    public static Tensor SubtractHeld(this Tensor x, Tensor y) => x.add_(y, MinusOne);

    /// <summary>x + a · b, in x.</summary>
    public static Tensor AddProduct(this Tensor x, Tensor a, Tensor b) => x.addcmul_(a, b, One);

    /// <summary>x - a · b, in x.</summary>
    public static Tensor SubtractProduct(this Tensor x, Tensor a, Tensor b) => x.addcmul_(a, b, MinusOne);

    /// <summary>x + number, in x.</summary>
    public static Tensor AddHeld(this Tensor x, double number) => x.add_(Number(number), One);

    /// <summary>x · number.</summary>
    public static Tensor Times(this Tensor x, double number) => x.mul(Number(number));

    /// <summary>x · a whole number, which leaves whole numbers whole.</summary>
    public static Tensor Times(this Tensor x, long number) => x.mul(Number(number));

    /// <summary>x · number, in x.</summary>
    public static Tensor MultiplyHeld(this Tensor x, double number) => x.mul_(Number(number));

    /// <summary>x · x. TorchSharp's square makes a Scalar 2 that nothing holds.</summary>
    public static Tensor Squared(this Tensor x) => x * x;

    /// <summary>x / number.</summary>
    public static Tensor Over(this Tensor x, double number) => x.div(Number(number));

    /// <summary>x / number, in x.</summary>
    public static Tensor DivideHeld(this Tensor x, double number) => x.div_(Number(number));

    /// <summary>x, and a number where a mask is true.</summary>
    public static Tensor Filled(this Tensor x, Tensor mask, double number) => x.masked_fill(mask, Number(number));

    private static Scalar Hold(Scalar number)
    {
        _held ??= new Scalar[Held];
        _held[_next] = number;
        _next = (_next + 1) % Held;
        return number;
    }
}
