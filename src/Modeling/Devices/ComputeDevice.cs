namespace ML.Extensions.Devices;

/// <summary>Where a model runs: the CPU, or one CUDA GPU.</summary>
/// <param name="GpuId">CUDA device number; null is the CPU.</param>
/// <param name="FallbackToCpu">Whether the CPU serves where the GPU does not answer.</param>
internal sealed record ComputeDevice(int? GpuId, bool FallbackToCpu)
{
    /// <summary>The CPU.</summary>
    public static ComputeDevice Cpu { get; } = new(null, true);
}
