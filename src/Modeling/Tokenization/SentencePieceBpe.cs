namespace ML.Extensions.Tokenization;

/// <summary>
/// Merges by score: of all neighbours that together are a piece, those with the highest score become one, the leftmost
/// first, until none are left. User-defined pieces stay whole and apart; pieces that are not used are cut again as they
/// were merged.
/// </summary>
internal sealed class SentencePieceBpe(SentencePieces pieces) : SentencePieceCutter
{
    private readonly float[] _scores = [.. pieces.Model.Pieces.Select(p => p.Score)];
    private readonly WordCache? _words = !pieces.HasUnused
        && BlankWords.Are(pieces.Model.Pieces.Where(p => p.Type != SentencePieceType.Control).Select(p => p.Text)) ? new() : null;

    /// <inheritdoc/>
    public override void Cut(ReadOnlySpan<char> text, List<(int End, int Id)> output)
    {
        if (_words is null)
        {
            Merge(text, 0, output);
            return;
        }

        for (int start = 0, end; start < text.Length; start = end)
        {
            end = BlankWords.End(text, start);
            Word(text[start..end], start, _words, output);
        }
    }

    private void Word(ReadOnlySpan<char> word, int start, WordCache words, List<(int End, int Id)> output)
    {
        var slot = 0;
        if (word.Length <= WordCache.MaxLength && words.Find(word, out slot) is { Length: > 0 } tokens)
        {
            foreach (var token in tokens)
                output.Add((start + token.End, token.Id));
            return;
        }

        var before = output.Count;
        Merge(word, start, output);
        if (word.Length <= WordCache.MaxLength)
            words.Keep(word, slot, [.. output.Skip(before).Select(p => new WordToken(p.Id, 0, p.End - start))]);
    }

    /// <summary>Cuts a part of a text that starts at <paramref name="offset"/>.</summary>
    private void Merge(ReadOnlySpan<char> text, int offset, List<(int End, int Id)> output)
    {
        var symbols = Symbols(text);
        var queue = new PriorityQueue<(int Left, int Right, int End), (float Score, int Left)>(Order.Instance);
        var unused = pieces.HasUnused ? new Dictionary<string, int>(StringComparer.Ordinal) : null;
        for (var i = 0; i + 1 < symbols.Count; i++)
            Offer(text, symbols, i, i + 1, queue, unused);
        while (queue.TryDequeue(out var pair, out _))
        {
            var (left, right) = (symbols[pair.Left], symbols[pair.Right]);
            if (left.End == left.Start || right.End == right.Start || left.End != right.Start || right.End != pair.End)
                continue;
            symbols[pair.Left] = left with { End = right.End, Next = right.Next };
            symbols[pair.Right] = right with { End = right.Start };
            if (right.Next >= 0)
                symbols[right.Next] = symbols[right.Next] with { Previous = pair.Left };
            Offer(text, symbols, left.Previous, pair.Left, queue, unused);
            Offer(text, symbols, pair.Left, right.Next, queue, unused);
        }

        for (var i = symbols.Count > 0 ? 0 : -1; i >= 0; i = symbols[i].Next)
            Emit(text, symbols[i].Start, symbols[i].End, offset, unused, output);
    }

    private List<Symbol> Symbols(ReadOnlySpan<char> text)
    {
        var symbols = new List<Symbol>(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var units = pieces.UserDefined?.Longest(text, at, out _) ?? 0;
            var whole = units > 0;
            if (!whole)
                Utf8.At(text, at, out _, out units);
            var next = at + units < text.Length ? symbols.Count + 1 : -1;
            symbols.Add(new(at, at + units, symbols.Count - 1, next, whole));
            at += units;
        }

        return symbols;
    }

    private void Offer(
        ReadOnlySpan<char> text, List<Symbol> symbols, int left, int right,
        PriorityQueue<(int Left, int Right, int End), (float Score, int Left)> queue, Dictionary<string, int>? unused)
    {
        if (left < 0 || right < 0 || symbols[left].Whole || symbols[right].Whole)
            return;
        var piece = text[symbols[left].Start..symbols[right].End];
        var id = pieces.Trie.Find(piece);
        if (id < 0)
            return;
        queue.Enqueue((left, right, symbols[right].End), (_scores[id], left));
        if (unused is not null && pieces.Type(id) == SentencePieceType.Unused)
            unused[piece.ToString()] = symbols[left].End - symbols[left].Start;
    }

    private void Emit(ReadOnlySpan<char> text, int start, int end, int offset, Dictionary<string, int>? unused, List<(int End, int Id)> output)
    {
        if (unused is null)
        {
            output.Add((offset + end, pieces.Id(text[start..end])));
            return;
        }

        var open = new Stack<int>();
        open.Push(end);
        while (open.TryPeek(out end))
        {
            var id = pieces.Id(text[start..end]);
            if (pieces.Type(id) == SentencePieceType.Unused && unused.TryGetValue(text[start..end].ToString(), out var cut))
            {
                open.Push(start + cut);
                continue;
            }

            open.Pop();
            output.Add((offset + end, id));
            start = end;
        }
    }

    private readonly record struct Symbol(int Start, int End, int Previous, int Next, bool Whole);

    /// <summary>Highest score first, then leftmost.</summary>
    private sealed class Order : IComparer<(float Score, int Left)>
    {
        public static Order Instance { get; } = new();

        public int Compare((float Score, int Left) x, (float Score, int Left) y) =>
            x.Score != y.Score ? y.Score.CompareTo(x.Score) : x.Left.CompareTo(y.Left);
    }
}
