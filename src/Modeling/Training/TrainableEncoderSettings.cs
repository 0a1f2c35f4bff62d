using ML.Extensions.Devices;
using ML.Extensions.LongText;
using ML.Extensions.Transformers;

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

    /// <summary>Trains low-rank matrices beside frozen weights; null trains the weights.</summary>
    public LoraSettings? Lora { get; init; }

    /// <summary>Folder of an adapter whose matrices training goes on from; null begins anew.</summary>
    public string? Adapter { get; init; }

    /// <summary>Pooling instead of the model's own, null.</summary>
    public PoolingMode? Pooling { get; init; }
}
