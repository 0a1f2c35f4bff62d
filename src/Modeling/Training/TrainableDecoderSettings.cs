using ML.Extensions.Transformers;

namespace ML.Extensions.Training;

/// <summary>How a decoder is opened for training.</summary>
internal sealed record TrainableDecoderSettings
{
    /// <summary>Float32, BFloat16 or Auto. Master weights, moments, norms and losses are float32 in any case.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Keeps each layer's input only, and computes the rest again in the backward pass.</summary>
    public bool RecomputeLayers { get; init; }

    /// <summary>Trains low-rank matrices beside frozen weights; null trains the weights.</summary>
    public LoraSettings? Lora { get; init; }

    /// <summary>Folder of an adapter whose matrices training goes on from; null begins anew.</summary>
    public string? Adapter { get; init; }
}
