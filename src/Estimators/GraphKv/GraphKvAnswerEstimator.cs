using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Opens a decoder and makes a <see cref="GraphKvAnswerTransformer"/>; made by <c>AnswerWithGraphKv</c>. It learns nothing from
/// the data and reads none of it.
/// </summary>
/// <remarks>
/// <para>Input columns: text; vector of text; optionally vector of <see cref="int"/>. Output column: text; extra columns as
/// <see cref="GraphKvExtraColumns"/> names them.</para>
/// <para>Does it look at the data to train? No. Native memory: yes, the transformer is <see cref="IDisposable"/>. Exportable to
/// ONNX: no.</para>
/// </remarks>
public sealed class GraphKvAnswerEstimator : IEstimator<GraphKvAnswerTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly string _output;
    private readonly GraphKvInputs _inputs;
    private readonly GraphKvAnswerOptions _options;

    internal GraphKvAnswerEstimator(IHostEnvironment env, string output, GraphKvInputs inputs, GraphKvAnswerOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentNullException.ThrowIfNull(options);
        if (inputs.Names.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A name of an input column is empty.", nameof(inputs));
        Check(output, options);
        (_env, _output, _inputs, _options) = (env, output, inputs, options);
    }

    /// <summary>Opens the model and the cache.</summary>
    /// <param name="input">Data that has the columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="FileNotFoundException">There is no model.</exception>
    /// <exception cref="NotSupportedException">The model is no decoder that is known, its positions cannot be moved, or it lacks the chat template that the prompt needs.</exception>
    /// <exception cref="InvalidDataException">A file of the model is missing or wrong.</exception>
    /// <exception cref="IOException">The cache's folder cannot be made.</exception>
    public GraphKvAnswerTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        GraphKvColumns.Check(input.Schema, _inputs);
        var answerer = GraphKvAnswerer.Open(_options.Model, SavedAnswerer.Settings(_options), EnvironmentDevice.Of(_env));
        return new(answerer, _output, _inputs, _options);
    }

    /// <summary>The schema behind this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        CheckColumn(inputSchema, _inputs.Question, "String", c => c is { Kind: SchemaShape.Column.VectorKind.Scalar, ItemType: TextDataViewType });
        CheckColumn(inputSchema, _inputs.Segments, "a vector of String", c => c.Kind != SchemaShape.Column.VectorKind.Scalar && c.ItemType is TextDataViewType);
        if (_inputs.Edges is { } edges)
            CheckColumn(inputSchema, edges, "a vector of Int32", c => c.Kind != SchemaShape.Column.VectorKind.Scalar && c.ItemType.RawType == typeof(int));
        var added = GraphKvColumns.Of(_output, _options.Columns);
        var names = added.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return new([.. inputSchema.Where(c => !names.Contains(c.Name)), .. added.Select(Shape)]);
    }

    private static void CheckColumn(SchemaShape schema, string name, string expected, Func<SchemaShape.Column, bool> fits)
    {
        var matches = schema.Where(c => c.Name == name).ToArray();
        if (matches.Length == 0)
            throw ColumnErrors.Missing(name, schema.Select(c => c.Name));
        if (!fits(matches[^1]))
            throw ColumnErrors.Mismatch(name, expected, matches[^1].GetTypeString());
    }

    private static SchemaShape.Column Shape(OutputColumn column) => column.Type is VectorDataViewType vector
        ? new(column.Name, SchemaShape.Column.VectorKind.VariableVector, vector.ItemType, false)
        : new(column.Name, SchemaShape.Column.VectorKind.Scalar, column.Type, false);

    private static void Check(string output, GraphKvAnswerOptions options)
    {
        if (options.Columns.Shares is not null && !options.Plan.HasShares)
            throw new ArgumentException($"The plan {options.Plan.Name} computes tokens anew: what each segment gets cannot be told. Leave Columns.Shares out.", nameof(options));
        if (options.StopTexts.Any(string.IsNullOrEmpty))
            throw new ArgumentException("A text in StopTexts is empty.", nameof(options));
        string?[] named = [output, options.Columns.Shares, options.Columns.TokensReused, options.Columns.TokensComputed, options.Columns.KvBytes, options.Columns.PrefillMilliseconds, options.Columns.Divergence];
        string[] names = [.. named.OfType<string>()];
        if (names.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A column name in Columns is empty. Give it a name, or null to leave the column out.", nameof(options));
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{twice.Count()} output columns are named '{twice.Key}'. Each needs a name of its own.", nameof(options));
    }
}
