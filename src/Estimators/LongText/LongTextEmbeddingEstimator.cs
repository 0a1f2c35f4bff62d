using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace ML.Extensions.LongText;

/// <summary>
/// Opens an embedding model and makes a <see cref="LongTextEmbeddingTransformer"/>; made by
/// <see cref="LongTextCatalog.EmbedLongText"/>. It learns nothing from the data and reads none of it.
/// </summary>
/// <remarks>
/// <para>Input column: text. Output column: vector of <see cref="float"/> of the model's dimensions, or of signed bytes
/// or bits; extra columns as <see cref="LongTextExtraColumns"/> names them.</para>
/// <para>Does it look at the data to train? No. Native memory: yes, the transformer is <see cref="IDisposable"/>.
/// Exportable to ONNX: no.</para>
/// </remarks>
public sealed class LongTextEmbeddingEstimator : IEstimator<LongTextEmbeddingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _outputColumn;
    private readonly string _inputColumn;
    private readonly LongTextEmbeddingOptions _options;

    internal LongTextEmbeddingEstimator(
        IHostEnvironment env, string outputColumnName, string inputColumnName, LongTextEmbeddingOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        Check(outputColumnName, options);
        (_env, _outputColumn, _inputColumn, _options) = (env, outputColumnName, inputColumnName, options);
    }

    /// <summary>Opens the model.</summary>
    /// <param name="input">Data that has the text column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The text column is missing or is no text.</exception>
    /// <exception cref="ArgumentException">The options do not fit the model: an unknown prompt name, too many dimensions.</exception>
    /// <exception cref="InvalidDataException">A file of the model is missing or wrong.</exception>
    public LongTextEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ColumnErrors.CheckText(input.Schema, _inputColumn);
        var host = _env.Register(LongTextEmbeddingTransformer.Name);
        using var channel = host.Start("Fit");
        var embedder = LongTextEmbedder.Open(
            _options.Model, LongTextSettings.Of(_options), EnvironmentDevice.Of(_env), message => channel.Info(message));
        return new(host, embedder, _outputColumn, _inputColumn, _options);
    }

    /// <summary>The schema behind this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The text column is missing or is no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var matches = inputSchema.Where(c => c.Name == _inputColumn).ToArray();
        if (matches.Length == 0)
            throw ColumnErrors.Missing(_inputColumn, inputSchema.Select(c => c.Name));
        if (matches[^1] is not { Kind: SchemaShape.Column.VectorKind.Scalar, ItemType: TextDataViewType })
            throw ColumnErrors.Mismatch(_inputColumn, "String", matches[^1].GetTypeString());
        var added = LongTextColumns.Of(_outputColumn, 1, _options);
        var names = added.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return new([.. inputSchema.Where(c => !names.Contains(c.Name)), .. added.Select(Shape)]);
    }

    private static SchemaShape.Column Shape(OutputColumn column) => column.Type is VectorDataViewType vector
        ? new(column.Name, vector.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector, vector.ItemType, false)
        : new(column.Name, SchemaShape.Column.VectorKind.Scalar, column.Type, false);

    private static void Check(string output, LongTextEmbeddingOptions options)
    {
        if (options.Prompt is not null && options.PromptName is not null)
        {
            throw new ArgumentException(
                $"Prompt ('{options.Prompt}') and PromptName ('{options.PromptName}') are both set. Set one: Prompt is the text itself, PromptName the name of one of the model's.", nameof(options));
        }

        if (options.Output is { Format: EmbeddingFormat.UInt8, Ranges: null })
            throw new ArgumentException("Output.Format is UInt8, which needs Output.Ranges: EmbeddingRanges.Of(vectors) takes them from a sample.", nameof(options));
        if (options.Output is { Ranges: not null, Format: not (EmbeddingFormat.UInt8 or EmbeddingFormat.Int8) })
            throw new ArgumentException($"Output.Ranges is set, but Output.Format is {options.Output.Format}, which has no use for it. Int8 and UInt8 have.", nameof(options));
        var extra = options.Columns;
        var names = new[] { output, extra.TokenCount, extra.TokensUsed, extra.ExtensionUsed, extra.ChunkVectors, extra.ChunkOffsets, extra.FirstWindow }
            .OfType<string>().ToArray();
        if (names.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A column name in Columns is empty. Give it a name, or null to leave the column out.", nameof(options));
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{twice.Count()} output columns are named '{twice.Key}'. Each needs a name of its own.", nameof(options));
    }
}
