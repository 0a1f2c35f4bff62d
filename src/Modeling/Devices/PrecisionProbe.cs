using System.Collections.Concurrent;
using System.Diagnostics;
using TorchSharp;
using static ML.Extensions.Kernels.HeldNumbers;

namespace ML.Extensions.Devices;

/// <summary>
/// Chooses a precision by measuring products of the model's own shape. Processor flags do not tell: of two processors
/// with AVX512-BF16, one ran bfloat16 at four times float32's speed, the other at 0.6 times.
/// </summary>
internal static class PrecisionProbe
{
    private const int Rows = 256;

    private static readonly ConcurrentDictionary<(int, int), double> Gains = new();

    /// <summary>Gain below which float32 stays: the conversions between the products cost too.</summary>
    private const double Worthwhile = 1.3;

    /// <summary>The precision to use on a device.</summary>
    /// <exception cref="NotSupportedException">Int8 on another device than the CPU.</exception>
    public static Precision Choose(Precision asked, torch.Device device, int width, int feedForwardWidth) => asked switch
    {
        Precision.Int8 or Precision.Int8Weights when device.type != DeviceType.CPU => throw new NotSupportedException(
            $"Precision.{asked} runs on the CPU; the model is on {device}. Choose Float32 or BFloat16 there."),
        Precision.Auto when device.type == DeviceType.CUDA => Precision.Float32,
        Precision.Auto => Gain(width, feedForwardWidth) >= Worthwhile ? Precision.BFloat16 : Precision.Float32,
        _ => asked,
    };

    /// <summary>Speed of bfloat16 products over float32's: [256, D] by [D, F], best of several, once a process.</summary>
    public static double Gain(int width, int feedForwardWidth) =>
        Gains.GetOrAdd((width, feedForwardWidth), shape => Measure(shape.Item1, shape.Item2));

    private static double Measure(int width, int feedForwardWidth)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.inference_mode();
        var x = torch.full([Rows, width], Number(0.5f));
        var w = torch.full([feedForwardWidth, width], Number(0.25f));
        var (xb, wb) = (x.to(torch.ScalarType.BFloat16), w.to(torch.ScalarType.BFloat16));
        var (single, half) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < 5; round++)
        {
            single = Math.Min(single, Seconds(x, w));
            half = Math.Min(half, Seconds(xb, wb));
        }

        return single / half;
    }

    private static double Seconds(torch.Tensor x, torch.Tensor w)
    {
        var start = Stopwatch.GetTimestamp();
        torch.nn.functional.linear(x, w).Dispose();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
