using ML.Extensions.Devices;

namespace ML.Extensions.LongText;

/// <summary>What a model file keeps of an embedder.</summary>
internal sealed record SavedEmbedding(
    string OutputColumn, string InputColumn, LongTextEmbeddingOptions Options, string ContentHash, IReadOnlyDictionary<string, byte[]>? Files)
{
    /// <summary>Collects the model's files where the options ask for them.</summary>
    public static SavedEmbedding Of(
        string output, string input, LongTextEmbeddingOptions options, string hash, IReadOnlyDictionary<string, byte[]>? files) =>
        new(output, input, options, hash, options.Storage == ModelStorage.Weights ? files ?? ModelFiles.Read(options.Model, options.Adapter) : null);

    // Binary format, version 0x00010003 (0x00010002 lacks Adapter, 0x00010001 also FirstWindow and Ranges):
    // string output, string input, string hash (SHA-256)
    // string kind ("package" or "folder"), string name (assembly or path)
    // string? PromptName, string? Prompt, string extension, bool? LogLengthScaling, int MaxTokens, byte BeyondLimit, int? Pooling
    // bool Normalize, int? Dimensions, byte Format
    // 5 × string? extra columns, int ChunkTokens; byte Precision, int TokensPerBatch, int LookAhead; byte Storage
    // string? FirstWindow; int ranges, 2 × ranges float Ranges
    // string? Adapter
    // int files; per file: string name, int length, bytes

    /// <summary>Writes the state.</summary>
    public void Write(BinaryWriter w)
    {
        var o = Options;
        w.Write(OutputColumn);
        w.Write(InputColumn);
        w.Write(ContentHash);
        var (kind, name) = o.Model is EmbeddingModel.Folder folder
            ? ("folder", folder.Path) : ("package", ((EmbeddingModel.Package)o.Model).AssemblyName);
        w.Write(kind);
        w.Write(name);
        WriteText(w, o.PromptName);
        WriteText(w, o.Prompt);
        w.Write(SavedExtension.Text(o.Extension));
        WriteNumber(w, o.LogLengthScaling is { } scaled ? scaled ? 1 : 0 : null);
        w.Write(o.MaxTokens);
        w.Write((byte)o.BeyondLimit);
        WriteNumber(w, (int?)o.Pooling);
        w.Write(o.Output.Normalize);
        WriteNumber(w, o.Output.Dimensions);
        w.Write((byte)o.Output.Format);
        foreach (var column in new[] { o.Columns.TokenCount, o.Columns.TokensUsed, o.Columns.ExtensionUsed, o.Columns.ChunkVectors, o.Columns.ChunkOffsets })
            WriteText(w, column);
        w.Write(o.Columns.ChunkTokens);
        w.Write((byte)o.Compute.Precision);
        w.Write(o.Compute.TokensPerBatch);
        w.Write(o.Compute.LookAhead);
        w.Write((byte)o.Storage);
        WriteText(w, o.Columns.FirstWindow);
        w.Write(o.Output.Ranges?.Minimum.Count ?? 0);
        foreach (var value in o.Output.Ranges is { } ranges ? ranges.Minimum.Concat(ranges.Maximum) : [])
            w.Write(value);
        WriteText(w, o.Adapter);
        w.Write(Files?.Count ?? 0);
        foreach (var (file, bytes) in Files ?? new Dictionary<string, byte[]>())
        {
            w.Write(file);
            w.Write(bytes.Length);
            w.Write(bytes);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state is damaged.</exception>
    public static SavedEmbedding Read(BinaryReader r, uint version)
    {
        var (output, input, hash) = (r.ReadString(), r.ReadString(), r.ReadString());
        var kind = r.ReadString();
        var name = r.ReadString();
        var options = new LongTextEmbeddingOptions
        {
            Model = kind == "folder" ? EmbeddingModel.FromFolder(name) : new EmbeddingModel.Package(name),
            PromptName = ReadText(r),
            Prompt = ReadText(r),
            Extension = SavedExtension.Read(r.ReadString()),
            LogLengthScaling = ReadNumber(r) is { } scaled ? scaled == 1 : null,
            MaxTokens = r.ReadInt32(),
            BeyondLimit = (BeyondLimit)r.ReadByte(),
            Pooling = (PoolingMode?)ReadNumber(r),
            Output = new() { Normalize = r.ReadBoolean(), Dimensions = ReadNumber(r), Format = (EmbeddingFormat)r.ReadByte() },
            Columns = new()
            {
                TokenCount = ReadText(r),
                TokensUsed = ReadText(r),
                ExtensionUsed = ReadText(r),
                ChunkVectors = ReadText(r),
                ChunkOffsets = ReadText(r),
                ChunkTokens = r.ReadInt32(),
            },
            Compute = new() { Precision = (Precision)r.ReadByte(), TokensPerBatch = r.ReadInt32(), LookAhead = r.ReadInt32() },
            Storage = (ModelStorage)r.ReadByte(),
        };
        if (version >= 0x00010002)
            options = options with { Columns = options.Columns with { FirstWindow = ReadText(r) }, Output = options.Output with { Ranges = ReadRanges(r) } };
        if (version >= 0x00010003)
            options = options with { Adapter = ReadText(r) };
        var count = r.ReadInt32();
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var file = r.ReadString();
            var bytes = new byte[r.ReadInt32()];
            r.BaseStream.ReadExactly(bytes);
            files[file] = bytes;
        }

        return new(output, input, options, hash, count > 0 ? files : null);
    }

    /// <summary>Opens the model, from the reference or from the saved files, and checks that it is the one that was saved.</summary>
    /// <exception cref="InvalidDataException">The model has changed since the pipeline was saved.</exception>
    public LongTextEmbedder Open(ComputeDevice device, Action<string> log)
    {
        var settings = LongTextSettings.Of(Options);
        var embedder = Files is null
            ? LongTextEmbedder.Open(Options.Model, settings, device, log)
            : LongTextEmbedder.Open(ModelFiles.Open(Options.Model, Files), settings, device, log);
        if (embedder.ContentHash == ContentHash)
            return embedder;
        var found = embedder.ContentHash;
        embedder.Dispose();
        throw new InvalidDataException(
            $"The pipeline was saved with another model than {Options.Model}{(Options.Adapter is { } adapter ? $" with the adapter {adapter}" : "")}: content hash {ContentHash} was saved, {found} is there now. Restore the model, or fit and save the pipeline again.");
    }

    private static void WriteText(BinaryWriter w, string? text)
    {
        w.Write(text is not null);
        if (text is not null)
            w.Write(text);
    }

    private static string? ReadText(BinaryReader r) => r.ReadBoolean() ? r.ReadString() : null;

    private static void WriteNumber(BinaryWriter w, int? number)
    {
        w.Write(number is not null);
        if (number is { } n)
            w.Write(n);
    }

    private static EmbeddingRanges? ReadRanges(BinaryReader r)
    {
        var width = r.ReadInt32();
        float[] Values() => [.. Enumerable.Range(0, width).Select(_ => r.ReadSingle())];
        return width > 0 ? new(Values(), Values()) : null;
    }

    private static int? ReadNumber(BinaryReader r) => r.ReadBoolean() ? r.ReadInt32() : null;
}
