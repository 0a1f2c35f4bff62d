using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>What is added to some rows of a product: scale · B A x.</summary>
/// <param name="Name">The part's name in the file, "layers.0.self_attn.q_proj".</param>
/// <param name="Rows">Rows that it is added to.</param>
/// <param name="A">[r, inputs]; null where the rows are left alone.</param>
/// <param name="B">[rows, r], rows in the network's order.</param>
internal sealed record LoraPart(string Name, int Rows, Tensor? A, Tensor? B);
