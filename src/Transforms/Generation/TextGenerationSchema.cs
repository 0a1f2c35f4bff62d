using Microsoft.ML.Data;

namespace ML.Extensions.Generation;

/// <summary>The columns that a generator reads and adds.</summary>
internal static class TextGenerationSchema
{
    /// <summary>Columns read.</summary>
    public static IReadOnlyList<string> Inputs(string input, TextGenerationOptions options) =>
        options.SystemColumn is null ? [input] : [input, options.SystemColumn];

    /// <summary>Columns added, the answer first.</summary>
    public static IReadOnlyList<OutputColumn> Outputs(string output, TextGenerationOptions options)
    {
        var columns = new List<OutputColumn> { new(output, TextDataViewType.Instance) };
        void Add(string? name, DataViewType type)
        {
            if (name is not null)
                columns.Add(new(name, type));
        }

        Add(options.Columns.PromptTokens, NumberDataViewType.Int32);
        Add(options.Columns.TokenCount, NumberDataViewType.Int32);
        Add(options.Columns.End, TextDataViewType.Instance);
        Add(options.Columns.LogProbabilities, new VectorDataViewType(NumberDataViewType.Single));
        return columns;
    }
}
