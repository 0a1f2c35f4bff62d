using TorchSharp;

namespace ML.Extensions.Devices;

/// <summary>Where a model runs: the CPU, or one CUDA GPU.</summary>
/// <param name="GpuId">CUDA device number; null is the CPU.</param>
/// <param name="FallbackToCpu">Whether the CPU serves where the GPU does not answer.</param>
internal sealed record ComputeDevice(int? GpuId, bool FallbackToCpu)
{
    /// <summary>The CPU.</summary>
    public static ComputeDevice Cpu { get; } = new(null, true);

    /// <summary>The torch device: the GPU if it is asked for and answers, else the CPU.</summary>
    /// <exception cref="PlatformNotSupportedException">The GPU does not answer and the CPU may not serve instead.</exception>
    public torch.Device Resolve()
    {
        if (GpuId is not { } id)
            return torch.CPU;
        if (torch.cuda.is_available() && id < torch.cuda.device_count())
            return torch.device(DeviceType.CUDA, id);
        return FallbackToCpu ? torch.CPU : throw new PlatformNotSupportedException(
            $"MLContext.GpuDeviceId is {id}, but libtorch sees {(torch.cuda.is_available() ? torch.cuda.device_count() : 0)} CUDA devices. Reference TorchSharp's CUDA package, or set MLContext.FallbackToCpu.");
    }
}
