namespace ML.Extensions.GraphKv;

/// <summary>Decoders that packages bring, as values of <c>GraphKvAnswerOptions.Model</c>.</summary>
public static class AnsweringModels
{
    /// <summary>
    /// A decoder of 2 million weights, made by tools/AnsweringModel: it answers questions about .NET API documentation with words of the
    /// segments, and nothing else. The program has to reference the package ML.Extensions.Models.Answering.
    /// </summary>
    public const string Small = "package:ML.Extensions.Models.Answering";
}
