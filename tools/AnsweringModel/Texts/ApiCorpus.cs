using ML.Extensions.Retrieval;
using ML.Extensions.Search;

namespace ML.Extensions.AnsweringModel.Texts;

/// <summary>The SDK's API documentation, a document a type, in two parts that share no assembly and no type.</summary>
internal static class ApiCorpus
{
    /// <summary>Assemblies that no training sees.</summary>
    public static readonly IReadOnlyList<string> HeldOut = ["System.Text.Json", "System.Threading.Channels", "System.IO.Pipelines"];

    // Thousands of instructions of processors that all read alike.
    private const string Intrinsics = "System.Runtime.Intrinsics";

    /// <summary>What is trained on.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no reference pack beside the runtime.</exception>
    public static IReadOnlyList<IndexedDocument> Training()
    {
        var held = Held().Select(d => d.Id).ToHashSet(StringComparer.Ordinal);
        return [.. ApiDocumentation.ReadSdk(ApiDocumentation.SdkAssemblies().Except(HeldOut).Where(a => a != Intrinsics)).Where(d => !held.Contains(d.Id))];
    }

    /// <summary>What is measured on.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no reference pack beside the runtime.</exception>
    public static IReadOnlyList<IndexedDocument> Held() => ApiDocumentation.ReadSdk(HeldOut);
}
