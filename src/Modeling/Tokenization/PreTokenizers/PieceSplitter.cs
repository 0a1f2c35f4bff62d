namespace ML.Extensions.Tokenization;

/// <summary>Joins the matches of a pattern and what is between them to pieces, as a behaviour says.</summary>
internal ref struct PieceSplitter(List<(int Start, int End)> pieces, SplitBehavior behavior)
{
    private int _first;
    private bool _afterMatch;

    /// <summary>Starts with another text.</summary>
    public void Begin()
    {
        _first = pieces.Count;
        _afterMatch = false;
    }

    /// <summary>Adds the next range, a match or what is between two matches.</summary>
    public void Add(int start, int end, bool match)
    {
        var joins = behavior switch
        {
            SplitBehavior.MergedWithPrevious => match && !_afterMatch,
            SplitBehavior.Contiguous => match == _afterMatch,
            SplitBehavior.MergedWithNext => _afterMatch && !match,
            _ => false,
        };
        _afterMatch = match;
        if (behavior == SplitBehavior.Removed && match)
            return;
        if (joins && pieces.Count > _first)
            pieces[^1] = (pieces[^1].Start, end);
        else
            pieces.Add((start, end));
    }

    /// <summary>Drops empty pieces of the text.</summary>
    public readonly void Complete()
    {
        var kept = _first;
        for (var i = _first; i < pieces.Count; i++)
            if (pieces[i].Start < pieces[i].End)
                pieces[kept++] = pieces[i];
        pieces.RemoveRange(kept, pieces.Count - kept);
    }
}
