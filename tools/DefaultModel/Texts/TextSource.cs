namespace ML.Extensions.DefaultModel.Texts;

/// <summary>A package whose texts train the default model.</summary>
/// <param name="Origin">Where it comes from: sdk, nuget, debian or npm, a colon, the package, and @ with the version where the registry keeps versions.</param>
/// <param name="Licence">Its texts' licence.</param>
/// <param name="Format">How its files are read.</param>
/// <param name="Within">Folder of the package that is read; the whole package if empty.</param>
/// <param name="MostTokens">Documents are taken until they have this many tokens.</param>
internal sealed record TextSource(string Origin, string Licence, TextFormat Format, string Within = "", int MostTokens = 1_000_000)
{
    /// <summary>sdk, nuget, debian or npm.</summary>
    public string Registry => Origin[..Origin.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The package's name.</summary>
    public string Package => Origin[(Registry.Length + 1)..].Split('@') is [{ Length: 0 }, var scoped, ..] ? "@" + scoped : Origin[(Registry.Length + 1)..].Split('@')[0];

    /// <summary>The version; empty where the registry has one only.</summary>
    public string Version => Origin.LastIndexOf('@') is var at && at > Registry.Length + 1 ? Origin[(at + 1)..] : "";
}
