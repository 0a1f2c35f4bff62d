namespace ML.Extensions.DefaultModel.Texts;

/// <summary>A natural pair: a heading, and what stands under it.</summary>
/// <param name="Heading">First token of the heading.</param>
/// <param name="HeadingCount">Its tokens.</param>
/// <param name="BodyCount">Tokens of the text that follows it.</param>
internal readonly record struct TextPair(int Heading, int HeadingCount, int BodyCount);
