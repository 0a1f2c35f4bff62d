namespace ML.Extensions.DefaultModel.Texts;

/// <summary>What a source gave to the training text.</summary>
/// <param name="Origin">The package.</param>
/// <param name="Within">The folder in it.</param>
/// <param name="Licence">Its texts' licence.</param>
/// <param name="Documents">Documents taken.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Sha256">Hash of the tokens: the same on two machines that have the same text.</param>
internal sealed record TextShare(string Origin, string Within, string Licence, int Documents, int Tokens, string Sha256);
