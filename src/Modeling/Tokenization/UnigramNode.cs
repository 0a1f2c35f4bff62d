namespace ML.Extensions.Tokenization;

/// <summary>The best way to a place in a word.</summary>
internal struct UnigramNode
{
    /// <summary>Sum of the pieces' scores.</summary>
    public double Score;

    /// <summary>Where the last piece starts; -1 if there is no way yet.</summary>
    public int Start;

    /// <summary>The last piece.</summary>
    public int Id;

    /// <summary>Where the next piece ends, on the best path.</summary>
    public int Next;
}
