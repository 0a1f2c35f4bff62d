using System.Buffers;

namespace ML.Extensions.Tokenization;

/// <summary>
/// The most likely pieces in SentencePiece's own arithmetic: sums of floats, whose rounding decides ties; user-defined
/// pieces get a score that nothing beats. Source: T. Kudo, arXiv 1804.10959.
/// </summary>
internal sealed class SentencePieceUnigram : SentencePieceCutter
{
    private const float UnknownPenalty = 10;
    private readonly SentencePieces _pieces;
    private readonly float[] _scores;
    private readonly float _best = 1.17549435E-38f; // FLT_MIN, where SentencePiece starts to look
    private readonly float _unknownScore;

    public SentencePieceUnigram(SentencePieces pieces)
    {
        _pieces = pieces;
        _scores = [.. pieces.Model.Pieces.Select(p => p.Score)];
        var worst = float.MaxValue;
        foreach (var piece in pieces.Model.Pieces.Where(p => p.Type == SentencePieceType.Normal))
            (worst, _best) = (Math.Min(worst, piece.Score), Math.Max(_best, piece.Score));
        _unknownScore = worst - UnknownPenalty;
    }

    /// <inheritdoc/>
    public override void Cut(ReadOnlySpan<char> text, List<(int End, int Id)> output)
    {
        if (text.IsEmpty)
            return;
        var rented = ArrayPool<UnigramNode>.Shared.Rent(text.Length + 1);
        var best = rented.AsSpan(0, text.Length + 1);
        Forward(text, best);
        var count = 0;
        for (var end = text.Length; end > 0; end = best[end].Start, count++)
            output.Add((end, best[end].Id));
        output.Reverse(output.Count - count, count);
        ArrayPool<UnigramNode>.Shared.Return(rented);
    }

    private void Forward(ReadOnlySpan<char> text, Span<UnigramNode> best)
    {
        foreach (ref var node in best)
            node.Start = -1;
        best[0].Score = 0;
        for (var start = 0; start < text.Length;)
        {
            var here = (float)best[start].Score;
            var (at, character, single) = (start, 0, false);
            for (var node = PieceTrie.Root; at < text.Length;)
            {
                node = _pieces.Trie.Next(node, text, ref at);
                if (character == 0)
                    character = at;
                if (node < 0)
                    break;
                var id = _pieces.Trie.Value(node);
                if (id < 0 || (_pieces.HasUnused && _pieces.Type(id) == SentencePieceType.Unused))
                    continue;
                Offer(ref best[at], start, here + Score(id, text[start..at]), id);
                single |= at == character;
            }

            if (!single)
                Offer(ref best[character], start, here + _unknownScore, _pieces.Unknown);
            start = character;
        }
    }

    private float Score(int id, ReadOnlySpan<char> text) =>
        _pieces.UserDefined is not null && _pieces.Type(id) == SentencePieceType.UserDefined
            ? (float)((Utf8.Count(text) * _best) - 0.1) : _scores[id];

    private static void Offer(ref UnigramNode target, int start, float score, int id)
    {
        if (target.Start >= 0 && score <= target.Score)
            return;
        (target.Start, target.Score, target.Id) = (start, score, id);
    }
}
