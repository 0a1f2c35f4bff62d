using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace ML.Extensions.Retrieval;

/// <summary>
/// Opens an index and its embedding model, and makes a <see cref="SegmentRetrievalTransformer"/>; made by <c>RetrieveSegments</c>.
/// It learns nothing from the data and reads none of it.
/// </summary>
/// <remarks>
/// <para>Input column: text. Output columns: vector of text; vector of <see cref="int"/>; if named, documents' names (vector of
/// text) and scores (vector of <see cref="float"/>).</para>
/// <para>Does it look at the data to train? No. Native memory: yes, the transformer is <see cref="IDisposable"/>. Exportable to
/// ONNX: no.</para>
/// </remarks>
public sealed class SegmentRetrievalEstimator : IEstimator<SegmentRetrievalTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly SegmentRetrievalColumns _columns;
    private readonly SegmentRetrievalOptions _options;

    internal SegmentRetrievalEstimator(IHostEnvironment env, SegmentRetrievalColumns columns, SegmentRetrievalOptions options)
    {
        string[] added = [.. columns.Added.Select(c => c.Name)];
        if (added.Append(columns.Question).Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A column's name is empty. Give it a name, or null to leave names or scores out.", nameof(columns));
        if (added.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{twice.Count()} output columns are named '{twice.Key}'. Each needs a name of its own.", nameof(columns));
        if (options.Linked >= options.Count)
            throw new ArgumentException($"Linked is {options.Linked}, Count {options.Count}: at least one segment must come by its own nearness to the question.", nameof(options));
        (_env, _columns, _options) = (env, columns, options);
    }

    /// <summary>Reads the index as it is now, and opens the model.</summary>
    /// <param name="input">Data that has the question column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no text.</exception>
    /// <exception cref="FileNotFoundException">There is no index.</exception>
    /// <exception cref="InvalidDataException">The index is damaged or of another model, or a file of the model is wrong.</exception>
    public SegmentRetrievalTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ColumnErrors.CheckText(input.Schema, _columns.Question);
        return new(SavedRetrieval.Open(_options, EnvironmentDevice.Of(_env)), _columns, _options);
    }

    /// <summary>The schema behind this step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or is no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var matches = inputSchema.Where(c => c.Name == _columns.Question).ToArray();
        if (matches.Length == 0)
            throw ColumnErrors.Missing(_columns.Question, inputSchema.Select(c => c.Name));
        if (matches[^1] is not { Kind: SchemaShape.Column.VectorKind.Scalar, ItemType: TextDataViewType })
            throw ColumnErrors.Mismatch(_columns.Question, "String", matches[^1].GetTypeString());
        var added = _columns.Added;
        var names = added.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return new([.. inputSchema.Where(c => !names.Contains(c.Name)),
            .. added.Select(c => new SchemaShape.Column(c.Name, SchemaShape.Column.VectorKind.VariableVector, ((VectorDataViewType)c.Type).ItemType, false))]);
    }
}
