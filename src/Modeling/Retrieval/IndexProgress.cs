namespace ML.Extensions.Retrieval;

/// <summary>How far indexing is.</summary>
/// <param name="Share">Part of the text that is done, 0 to 1.</param>
/// <param name="Documents">Documents done.</param>
/// <param name="Changed">Documents that are new or changed, and so had to be embedded.</param>
/// <param name="Tokens">Tokens done.</param>
/// <param name="Ended">Whether this is the last report.</param>
public sealed record IndexProgress(double Share, int Documents, int Changed, long Tokens, bool Ended);
