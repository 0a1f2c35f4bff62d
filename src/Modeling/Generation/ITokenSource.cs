using static TorchSharp.torch;

namespace ML.Extensions.Generation;

/// <summary>
/// Where the next token's logits come from: some sequences that grow. The plain one is <see cref="CachedTokens"/>; an engine with
/// its own cache brings its own. Not for several threads at once.
/// </summary>
internal interface ITokenSource : IDisposable
{
    /// <summary>Number of sequences; they are named 0 to Sequences - 1.</summary>
    int Sequences { get; }

    /// <summary>Tokens that a sequence can still take; <see cref="int.MaxValue"/> where nothing limits it.</summary>
    int Room(int sequence);

    /// <summary>
    /// Appends tokens to some sequences, and gives the logits behind the last token of each. The first call brings the prompts,
    /// later ones a token each.
    /// </summary>
    /// <param name="sequences">Which, each once, [N].</param>
    /// <param name="ids">What each gets, at least one id, [N].</param>
    /// <param name="cancellation">Looked at before and inside long work.</param>
    /// <returns>[N, V], float32 on the CPU; the caller's.</returns>
    /// <exception cref="OperationCanceledException">The sequences are in no state to go on.</exception>
    Tensor Append(IReadOnlyList<int> sequences, IReadOnlyList<int[]> ids, CancellationToken cancellation);
}
