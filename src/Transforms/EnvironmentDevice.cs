using Microsoft.ML.Runtime;
using ML.Extensions.Devices;

namespace ML.Extensions;

/// <summary>Reads GpuDeviceId and FallbackToCpu of an MLContext.</summary>
internal static class EnvironmentDevice
{
    /// <summary>The device that the environment asks for; the CPU where it says nothing.</summary>
    public static ComputeDevice Of(IHostEnvironment env) => env is IHostEnvironmentInternal settings
        ? new(settings.GpuDeviceId, settings.FallbackToCpu) : ComputeDevice.Cpu;
}
