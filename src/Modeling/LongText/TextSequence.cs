using ML.Extensions.Attention;
using ML.Extensions.Positions;

namespace ML.Extensions.LongText;

/// <summary>One sequence that goes through the encoder: a text, or a window of it.</summary>
/// <param name="Ids">Special tokens, prompt and body, [L].</param>
/// <param name="Lead">Special and prompt tokens before the body's first token.</param>
/// <param name="BodyStart">Place of the first body token in the text's body.</param>
/// <param name="BodyLength">Body tokens.</param>
internal sealed record TextSequence(int[] Ids, int Lead, int BodyStart, int BodyLength)
{
    /// <summary>Position of each token, [L]; null means 0, 1, 2, …</summary>
    public float[]? Positions { get; init; }

    /// <summary>What changes of rotary positions; null leaves them.</summary>
    public RotaryChange? Rotary { get; init; }

    /// <summary>SelfExtend's parameters; null is plain attention.</summary>
    public SelfExtendWindow? SelfExtend { get; init; }

    /// <summary>Factor on the attention logits.</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>What its vector counts in the mean over the windows.</summary>
    public float Weight { get; init; } = 1;

    /// <summary>First body token that no earlier window of the text has covered.</summary>
    public int NewFrom { get; init; } = BodyStart;
}
