namespace ML.Extensions.DefaultModel.Texts;

/// <summary>A document's place among the tokens.</summary>
/// <param name="Start">Its first token.</param>
/// <param name="Count">Its tokens.</param>
/// <param name="HeldOut">Whether it is for evaluation only.</param>
internal readonly record struct TextDocument(int Start, int Count, bool HeldOut);
