using ML.Extensions.Checkpoints;

namespace ML.Extensions.LongText;

/// <summary>A model's files as bytes, for pipelines that keep their weights.</summary>
internal static class ModelFiles
{
    /// <summary>Every file that decides the embedding, by its name relative to the model; an adapter's in a folder of their own.</summary>
    public static IReadOnlyDictionary<string, byte[]> Read(EmbeddingModel model, string? adapter = null) =>
        Base(model).Concat(AdaptedCheckpoint.Read(adapter)).ToDictionary(StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, byte[]> Base(EmbeddingModel model) => model switch
    {
        EmbeddingModel.Package package => PackagedModels.Files(package.AssemblyName),
        EmbeddingModel.Folder folder => FolderFiles.Of(folder.Path).Read(),
        _ => throw new ArgumentOutOfRangeException(nameof(model), model, "Unknown kind of model."),
    };

    /// <summary>Opens a model out of such files. A folder's live in a temporary folder until the checkpoint is disposed.</summary>
    /// <exception cref="InvalidDataException">A file is missing, or its name would leave the folder.</exception>
    public static EmbeddingCheckpoint Open(EmbeddingModel model, IReadOnlyDictionary<string, byte[]> files) =>
        AdaptedCheckpoint.Of(Base(model, files), files);

    private static EmbeddingCheckpoint Base(EmbeddingModel model, IReadOnlyDictionary<string, byte[]> files)
    {
        if (model is EmbeddingModel.Package package)
            return PackagedModels.FromFiles(package.AssemblyName, files);

        var path = ((EmbeddingModel.Folder)model).Path.Split('/', '\\', ':');
        var folder = new TemporaryFolder(path.LastOrDefault(p => p.Length > 0 && p.Trim('.').Length > 0) ?? "model");
        try
        {
            foreach (var (name, bytes) in files)
                folder.Write(name, bytes);
            var checkpoint = FolderModels.Open(folder.Path);
            checkpoint.Temporary = folder;
            return checkpoint;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
