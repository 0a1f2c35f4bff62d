namespace ML.Extensions.Tokenization;

/// <summary>A slot of a double array.</summary>
internal struct PieceTrieNode
{
    /// <summary>Child of label b stands at Base ^ b, if its Parent is this node.</summary>
    public int Base;

    /// <summary>Parent's slot; -1 in the root and in free slots.</summary>
    public int Parent;

    /// <summary>Value of the piece that ends here; -1 if none does.</summary>
    public int Value;
}
