namespace ML.Extensions.Evaluation;

/// <summary>What is known of a document for one query.</summary>
/// <param name="Gain">Worth in nDCG; relevant if above 0.</param>
/// <param name="Depth">Place of the answer in the document, 0 (start) to 1 (end); null if not told.</param>
internal readonly record struct JudgedDocument(double Gain, double? Depth);
