using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>States of the tokens of a part of a batch, for losses on tokens.</summary>
/// <param name="Encoder">The model.</param>
/// <param name="States">Its states, [T, D], float32.</param>
/// <param name="Teacher">The teacher's states, [T, D']; null without one.</param>
/// <param name="Masked">What was hidden; null if nothing.</param>
internal sealed record TokenStates(TrainableEncoder Encoder, Tensor States, Tensor? Teacher, MaskedTokens? Masked);
