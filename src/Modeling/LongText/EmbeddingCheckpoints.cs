namespace ML.Extensions.LongText;

/// <summary>Opens embedding models.</summary>
internal static class EmbeddingCheckpoints
{
    /// <summary>Opens a model, with an adapter's matrices added to its weights if a folder of one is given.</summary>
    /// <exception cref="InvalidDataException">A file of the model is missing or wrong; the message names it.</exception>
    /// <exception cref="FileNotFoundException">The package's assembly is not there; the message says which package to add.</exception>
    public static EmbeddingCheckpoint Open(EmbeddingModel model, string? adapter = null) => AdaptedCheckpoint.Of(Base(model), adapter);

    private static EmbeddingCheckpoint Base(EmbeddingModel model) => model switch
    {
        EmbeddingModel.Package package => PackagedModels.Open(package.AssemblyName),
        EmbeddingModel.Folder folder => FolderModels.Open(folder.Path),
        _ => throw new ArgumentOutOfRangeException(nameof(model), model, "Unknown kind of model."),
    };
}
