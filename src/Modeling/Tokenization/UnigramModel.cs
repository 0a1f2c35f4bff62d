using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Unigram language model: the pieces whose log-probabilities sum to the most, by Viterbi in doubles, as the tokenizers
/// library does it; of equal sums the one found first, that is whose last piece starts first. Characters that are no
/// piece are unknown; a run of them is one token, or its bytes. Source: T. Kudo, arXiv 1804.10959.
/// </summary>
internal sealed class UnigramModel
{
    private const double UnknownPenalty = 10;
    private const int OnStack = 96;
    private readonly PieceTrie _trie;
    private readonly double[] _scores;
    private readonly int[]? _bytes;
    private readonly int _unknown;
    private readonly double _unknownScore;

    /// <summary>Takes pieces with their scores; the place in the list is the id.</summary>
    /// <param name="pieces">At least one.</param>
    /// <param name="unknown">Id of unknown characters.</param>
    /// <param name="byteFallback">Writes unknown characters as pieces &lt;0x00&gt; to &lt;0xFF&gt;, if they are all there.</param>
    /// <param name="origin">File, for messages.</param>
    /// <exception cref="InvalidDataException">There are no pieces, or the unknown one is not one of them.</exception>
    public UnigramModel(IReadOnlyList<(string Piece, double Score)> pieces, int unknown, bool byteFallback, string origin)
    {
        if ((uint)unknown >= (uint)pieces.Count)
            throw CheckpointErrors.Unusable(origin, $"'unk_id' is {unknown}; expected the place of a piece among {pieces.Count}.");
        _trie = new([.. pieces.Select((p, id) => KeyValuePair.Create(p.Piece, id)).Where(p => p.Key.Length > 0)]);
        _scores = [.. pieces.Select(p => p.Score)];
        if (!_scores.All(double.IsFinite))
            throw CheckpointErrors.Unusable(origin, "a piece's score is not a finite number.");
        _unknown = unknown;
        _unknownScore = _scores.Min() - UnknownPenalty;
        _bytes = byteFallback ? BytePieces() : null;
    }

    /// <summary>Id of a whole piece, -1 if there is none.</summary>
    public int Find(ReadOnlySpan<char> piece) => _trie.Find(piece);

    /// <summary>Appends a word's pieces.</summary>
    [SkipLocalsInit]
    public void Cut(ReadOnlySpan<char> word, List<WordToken> output)
    {
        if (word.IsEmpty)
            return;
        var size = word.Length + 1;
        var rented = size > OnStack ? ArrayPool<UnigramNode>.Shared.Rent(size) : null;
        var path = rented is null ? stackalloc UnigramNode[OnStack] : rented;
        Forward(word, path[..size]);
        Link(path, word.Length);
        for (var at = 0; at < word.Length;)
        {
            var end = path[at].Next;
            var id = path[end].Id;
            if (id == _unknown)
            {
                while (end < word.Length && path[path[end].Next].Id == _unknown)
                    end = path[end].Next;
                Unknown(word[at..end], at, end, output);
            }
            else
            {
                output.Add(new(id, at, end));
            }

            at = end;
        }

        if (rented is not null)
            ArrayPool<UnigramNode>.Shared.Return(rented);
    }

    private void Forward(ReadOnlySpan<char> word, Span<UnigramNode> best)
    {
        foreach (ref var node in best)
            node.Start = -1;
        best[0].Score = 0;
        for (var start = 0; start < word.Length;)
        {
            var here = best[start].Score;
            var (at, character, single) = (start, 0, false);
            for (var node = PieceTrie.Root; at < word.Length;)
            {
                node = _trie.Next(node, word, ref at);
                if (character == 0)
                    character = at;
                if (node < 0)
                    break;
                if (_trie.Value(node) is >= 0 and var id)
                {
                    Offer(ref best[at], start, here + _scores[id], id);
                    single |= at == character;
                }
            }

            if (!single)
                Offer(ref best[character], start, here + _unknownScore, _unknown);
            start = character;
        }
    }

    private static void Offer(ref UnigramNode target, int start, double score, int id)
    {
        if (target.Start >= 0 && score <= target.Score)
            return;
        (target.Start, target.Score, target.Id) = (start, score, id);
    }

    /// <summary>Turns the links from the end backwards into links from the start.</summary>
    private static void Link(Span<UnigramNode> path, int end)
    {
        while (end > 0)
        {
            var start = path[end].Start;
            path[start].Next = end;
            end = start;
        }
    }

    private void Unknown(ReadOnlySpan<char> run, int start, int end, List<WordToken> output)
    {
        if (_trie.Find(run) is >= 0 and var id)
        {
            output.Add(new(id, start, end));
            return;
        }

        if (!TryBytes(run, start, end, output))
            output.Add(new(_unknown, start, end));
    }

    /// <summary>All bytes of a run as pieces, or none.</summary>
    private bool TryBytes(ReadOnlySpan<char> run, int start, int end, List<WordToken> output)
    {
        if (_bytes is null)
            return false;
        var before = output.Count;
        for (var at = 0; at < run.Length;)
        {
            var code = Utf8.At(run, at, out var bytes, out var units);
            at += units;
            for (; bytes > 0; bytes--, code >>= 8)
            {
                if (_bytes[(byte)code] < 0)
                {
                    output.RemoveRange(before, output.Count - before);
                    return false;
                }

                output.Add(new(_bytes[(byte)code], start, end));
            }
        }

        return true;
    }

    private int[] BytePieces() =>
        [.. Enumerable.Range(0, 256).Select(b => _trie.Find(string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>")))];
}
