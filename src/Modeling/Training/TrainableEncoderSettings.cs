using ML.Extensions.Devices;

namespace ML.Extensions.Training;

/// <summary>How a model is opened for training.</summary>
internal sealed record TrainableEncoderSettings
{
    /// <summary>Float32, BFloat16 or Auto. Master weights, moments, norms and losses are float32 in any case.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Where the network runs. AdamW runs on the CPU.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Cpu;

    /// <summary>Keeps each layer's input only, and computes the rest again in the backward pass.</summary>
    public bool RecomputeLayers { get; init; }

    /// <summary>What becomes of the model before its first step.</summary>
    public ModelChange Change { get; init; } = ModelChange.None;
}
