namespace ML.Extensions.Tokenization;

/// <summary>A text's way through the parts of a <see cref="PipelineTokenizer"/>.</summary>
internal sealed class PipelineRun(PipelineParts parts, AddedTokens added, string text)
{
    private readonly TokenBuffer _output = new(text.Length / 3);
    private readonly PipelineScratch _scratch = PipelineScratch.For(text);
    private readonly List<(int Index, string Text)> _matched = [];

    /// <summary>Added tokens among the tokens, and what each matched; kept only where offsets are trimmed.</summary>
    public IReadOnlyList<(int Index, string Text)> Matched => _matched;

    /// <summary>The text's tokens.</summary>
    public TokenizedText Encode()
    {
        var done = 0;
        for (var at = 0; added.Raw is not null && added.Raw.TryNext(text, ref at, done, out var match);)
        {
            Between(done, match.Start);
            Add(new(text, 0), match);
            done = match.End;
        }

        Between(done, text.Length);
        return _output.ToText();
    }

    private void Add(AlignedText within, (int Start, int End, int Id) match)
    {
        if (match.Start >= match.End)
            return;
        if (parts.Layout.Trims)
            _matched.Add((_output.Count, within.Chars[match.Start..match.End].ToString()));
        _output.Add(match.Id, within.Start(match.Start), within.End(match.End));
    }

    /// <summary>The text between two tokens that match the raw text.</summary>
    private void Between(int from, int to)
    {
        if (from == to)
            return;
        var part = text.AsMemory(from, to - from);
        if (parts.Normalizer is not { } normalizer || normalizer.Keeps(part.Span))
        {
            Normalized(new(part.Span, from), part, from);
            return;
        }

        var buffer = _scratch.Normalized;
        buffer.Clear();
        normalizer.Append(new(part.Span, from), buffer);
        Normalized(buffer.Text, default, 0);
    }

    private void Normalized(AlignedText normalized, ReadOnlyMemory<char> original, int first)
    {
        var done = 0;
        for (var at = 0; added.Normalized is not null && added.Normalized.TryNext(normalized.Chars, ref at, done, out var match);)
        {
            Cut(normalized, original, first, done, match.Start);
            Add(normalized, match);
            done = match.End;
        }

        Cut(normalized, original, first, done, normalized.Length);
    }

    private void Cut(AlignedText normalized, ReadOnlyMemory<char> original, int first, int from, int to)
    {
        if (from >= to)
            return;
        if (parts.PreTokenizers.Count == 0)
        {
            parts.Model.Cut(normalized.Slice(from, to), _output);
            return;
        }

        var pieces = _scratch.Pieces;
        if (original.IsEmpty)
            pieces.Start(normalized.Slice(from, to));
        else
            pieces.Start(original[from..to], first + from);
        foreach (var step in parts.PreTokenizers)
            step.Apply(pieces);
        var cut = pieces.Text;
        foreach (var (start, end) in pieces.Pieces)
            parts.Model.Cut(cut.Slice(start, end), _output);
    }
}
