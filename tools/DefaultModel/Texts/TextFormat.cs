namespace ML.Extensions.DefaultModel.Texts;

/// <summary>How a package's files become documents.</summary>
internal enum TextFormat
{
    /// <summary>XML documentation of assemblies, a document a type.</summary>
    ApiXml,

    /// <summary>HTML pages, markdown and plain text, a document a file.</summary>
    Pages,

    /// <summary>Plain text, a document a file; blank lines end paragraphs.</summary>
    Plain,

    /// <summary>WordNet's data files: fifty words with their glosses a document.</summary>
    WordNet,

    /// <summary>JSON files of headings and texts, a document a file.</summary>
    JsonProse,
}
