using ML.Extensions.Tokenization;

namespace ML.Extensions.AnsweringModel.Vocabulary;

/// <summary>
/// Learns byte-level BPE: of all pairs of neighbours in the words, the most frequent becomes a token, again and again. Of equally
/// frequent pairs the one with the smaller ids is taken, so that a text gives one vocabulary. Source: arXiv 1508.07909.
/// </summary>
internal sealed class BpeTrainer
{
    private readonly List<int[]> _words = [];
    private readonly List<long> _counts = [];
    private readonly List<string> _tokens;
    private readonly Dictionary<(int Left, int Right), long> _pairs = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];

    private BpeTrainer(IReadOnlyDictionary<string, long> words, IReadOnlyList<string> special)
    {
        _tokens = [.. special, .. Enumerable.Range(0, 256).Select(b => ByteAlphabet.Of(b).ToString())];
        foreach (var (word, count) in words.OrderBy(w => w.Key, StringComparer.Ordinal))
        {
            _words.Add([.. System.Text.Encoding.UTF8.GetBytes(word).Select(b => special.Count + b)]);
            _counts.Add(count);
            Count(_words.Count - 1, 1);
        }
    }

    /// <summary>Trains.</summary>
    /// <param name="words">Words, as they are cut before BPE, and how often each stands in the text.</param>
    /// <param name="special">Special tokens; they get the first ids.</param>
    /// <param name="size">Most tokens in all; fewer where no pair stands twice.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no place for the bytes.</exception>
    public static BpeVocabulary Train(IReadOnlyDictionary<string, long> words, IReadOnlyList<string> special, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, special.Count + 256);
        return new BpeTrainer(words, special).Train(size, special.Count);
    }

    private BpeVocabulary Train(int size, int special)
    {
        var merges = new List<(string Left, string Right)>();
        var known = _tokens.ToHashSet(StringComparer.Ordinal);
        while (_tokens.Count < size && Best() is { } pair)
        {
            var token = _tokens[pair.Left] + _tokens[pair.Right];
            if (!known.Add(token)) // another pair spells it already, and both must have the one id
            {
                Merge(pair, _tokens.IndexOf(token));
            }
            else
            {
                _tokens.Add(token);
                Merge(pair, _tokens.Count - 1);
            }

            merges.Add((_tokens[pair.Left], _tokens[pair.Right]));
        }

        return new([.. _tokens], merges, special);
    }

    /// <summary>The most frequent pair; null where none stands twice.</summary>
    private (int Left, int Right)? Best()
    {
        var (best, most) = ((0, 0), 1L);
        foreach (var (pair, count) in _pairs)
            if (count > most || (count == most && most > 1 && pair.CompareTo(best) < 0))
                (best, most) = (pair, count);
        return most > 1 ? best : null;
    }

    private void Merge((int Left, int Right) pair, int token)
    {
        foreach (var n in _places[pair].ToArray())
        {
            Count(n, -1);
            _words[n] = Merged(_words[n], pair, token);
            Count(n, 1);
        }
    }

    private static int[] Merged(int[] word, (int Left, int Right) pair, int token)
    {
        var merged = new List<int>(word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            var found = i + 1 < word.Length && (word[i], word[i + 1]) == pair;
            merged.Add(found ? token : word[i]);
            i += found ? 1 : 0;
        }

        return [.. merged];
    }

    /// <summary>Adds a word's pairs to the counts, or takes them away.</summary>
    private void Count(int n, int sign)
    {
        var word = _words[n];
        for (var i = 0; i + 1 < word.Length; i++)
        {
            var pair = (word[i], word[i + 1]);
            var count = _pairs.GetValueOrDefault(pair) + (sign * _counts[n]);
            if (count == 0)
            {
                _pairs.Remove(pair);
                _places.Remove(pair);
                continue;
            }

            _pairs[pair] = count;
            if (!_places.TryGetValue(pair, out var places))
                _places[pair] = places = [];
            if (sign > 0)
                places.Add(n);
            else
                places.Remove(n);
        }
    }
}
