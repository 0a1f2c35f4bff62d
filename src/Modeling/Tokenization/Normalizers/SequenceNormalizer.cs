namespace ML.Extensions.Tokenization;

/// <summary>Normalizers one after the other.</summary>
internal sealed class SequenceNormalizer(IReadOnlyList<TextNormalizer> steps) : TextNormalizer
{
    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text)
    {
        foreach (var step in steps)
            if (!step.Keeps(text))
                return false;
        return true;
    }

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output)
    {
        if (steps.Count == 0)
        {
            output.Append(text);
            return;
        }

        var (from, to) = (new WordBuffer(), new WordBuffer());
        for (var i = 0; i < steps.Count - 1; i++)
        {
            to.Clear();
            steps[i].Append(i == 0 ? text : from.Text, to);
            (from, to) = (to, from);
        }

        steps[^1].Append(steps.Count == 1 ? text : from.Text, output);
    }
}
