namespace ML.Extensions.Tokenization;

/// <summary>A token matched in the text before it is split into words.</summary>
/// <param name="Content">Text to match.</param>
/// <param name="Id">Its id.</param>
/// <param name="LeftStrip">Takes white space on its left.</param>
/// <param name="RightStrip">Takes white space on its right.</param>
/// <param name="SingleWord">Matches between word boundaries only.</param>
/// <param name="Normalized">Matches the normalised text.</param>
/// <param name="Special">Left out of decoded texts.</param>
internal sealed record AddedToken(
    string Content, int Id, bool LeftStrip = false, bool RightStrip = false, bool SingleWord = false, bool Normalized = false,
    bool Special = false);
