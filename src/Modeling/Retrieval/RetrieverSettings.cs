namespace ML.Extensions.Retrieval;

/// <summary>What a <see cref="SegmentRetriever"/> brings.</summary>
/// <param name="Count">Segments for a question, at most.</param>
/// <param name="Linked">How many of them are there because the others point to them.</param>
/// <param name="SegmentTokens">About the most tokens of a segment, in the embedding model's tokens; null is whole documents.</param>
internal sealed record RetrieverSettings(int Count, int Linked, int? SegmentTokens);
