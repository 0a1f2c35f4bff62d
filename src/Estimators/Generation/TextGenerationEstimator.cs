using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace ML.Extensions.Generation;

/// <summary>
/// Opens a decoder and makes a <see cref="TextGenerationTransformer"/>; made by <see cref="GenerationCatalog.GenerateText"/>. It
/// learns nothing from the data and reads none of it.
/// </summary>
/// <remarks>
/// <para>Input columns: text. Output column: text; extra columns as <see cref="TextGenerationColumns"/> names them.</para>
/// <para>Does it look at the data to train? No. Native memory: yes, the transformer is <see cref="IDisposable"/>. Exportable to
/// ONNX: no.</para>
/// </remarks>
public sealed class TextGenerationEstimator : IEstimator<TextGenerationTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _outputColumn;
    private readonly string _inputColumn;
    private readonly TextGenerationOptions _options;

    internal TextGenerationEstimator(IHostEnvironment env, string outputColumnName, string inputColumnName, TextGenerationOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        Check(outputColumnName, options);
        (_env, _outputColumn, _inputColumn, _options) = (env, outputColumnName, inputColumnName, options);
    }

    /// <summary>Opens the model.</summary>
    /// <param name="input">Data that has the text columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A text column is missing or is no text.</exception>
    /// <exception cref="FileNotFoundException">There is no model at the path.</exception>
    /// <exception cref="InvalidDataException">A file of the model is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">The model's kind is not known, or it lacks what the options ask of it.</exception>
    public TextGenerationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (var column in TextGenerationSchema.Inputs(_inputColumn, _options))
            ColumnErrors.CheckText(input.Schema, column);
        return TextGenerationTransformer.Open(_env, _outputColumn, _inputColumn, _options);
    }

    /// <summary>The schema behind this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A text column is missing or is no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (var name in TextGenerationSchema.Inputs(_inputColumn, _options))
        {
            var matches = inputSchema.Where(c => c.Name == name).ToArray();
            if (matches.Length == 0)
                throw ColumnErrors.Missing(name, inputSchema.Select(c => c.Name));
            if (matches[^1] is not { Kind: SchemaShape.Column.VectorKind.Scalar, ItemType: TextDataViewType })
                throw ColumnErrors.Mismatch(name, "String", matches[^1].GetTypeString());
        }

        var added = TextGenerationSchema.Outputs(_outputColumn, _options);
        var names = added.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return new([.. inputSchema.Where(c => !names.Contains(c.Name)), .. added.Select(Shape)]);
    }

    private static SchemaShape.Column Shape(OutputColumn column) => column.Type is VectorDataViewType vector
        ? new(column.Name, SchemaShape.Column.VectorKind.VariableVector, vector.ItemType, false)
        : new(column.Name, SchemaShape.Column.VectorKind.Scalar, column.Type, false);

    private static void Check(string output, TextGenerationOptions options)
    {
        if (options.System is not null && options.SystemColumn is not null)
            throw new ArgumentException("System and SystemColumn are both set. Set one: System is the text itself, SystemColumn the name of a column.", nameof(options));
        if (options.Format == PromptFormat.Plain && (options.System is not null || options.SystemColumn is not null))
            throw new ArgumentException("Format is Plain, which knows no system message; System or SystemColumn is set.", nameof(options));
        var extra = options.Columns;
        var names = new[] { output, extra.PromptTokens, extra.TokenCount, extra.End, extra.LogProbabilities }.OfType<string>().ToArray();
        if (names.Any(string.IsNullOrWhiteSpace) || string.IsNullOrWhiteSpace(options.SystemColumn ?? "-"))
            throw new ArgumentException("A column name in the options is empty. Give it a name, or null to leave the column out.", nameof(options));
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{twice.Count()} output columns are named '{twice.Key}'. Each needs a name of its own.", nameof(options));
    }
}
