using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions.GraphKv;

/// <summary>Reads rows of question, segments, edges and answer as ids.</summary>
/// <param name="inputs">Names of the first three columns.</param>
/// <param name="answer">Name of the answer column (text).</param>
/// <param name="prompt">Makes ids of texts.</param>
/// <param name="end">Id behind each answer.</param>
/// <param name="mostSegmentTokens">Most tokens of a segment; null is no limit.</param>
internal sealed class AnswerColumns(GraphKvInputs inputs, string answer, PromptTokens prompt, int end, int? mostSegmentTokens)
{
    /// <summary>Throws unless all columns are there and of their types.</summary>
    public static void Check(DataViewSchema schema, GraphKvInputs inputs, string answer)
    {
        GraphKvColumns.Check(schema, inputs);
        ColumnErrors.CheckText(schema, answer);
    }

    /// <summary>Reads all rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">There are no rows, or one is wrong; the message names row and column.</exception>
    public IReadOnlyList<AnswerExample> Read(IDataView data)
    {
        Check(data.Schema, inputs, answer);
        using var cursor = data.GetRowCursor([.. inputs.Names.Append(answer).Distinct().Select(n => data.Schema[n])]);
        var questions = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[inputs.Question]);
        var segments = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(data.Schema[inputs.Segments]);
        var edges = inputs.Edges is { } name ? cursor.GetGetter<VBuffer<int>>(data.Schema[name]) : null;
        var answers = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[answer]);
        var rows = new List<AnswerExample>();
        var (question, texts, pairs, told) = (default(ReadOnlyMemory<char>), default(VBuffer<ReadOnlyMemory<char>>), default(VBuffer<int>), default(ReadOnlyMemory<char>));
        while (cursor.MoveNext())
        {
            questions(ref question);
            segments(ref texts);
            edges?.Invoke(ref pairs);
            answers(ref told);
            int[][] ids = [.. texts.DenseValues().Select(t => prompt.SegmentIds(t.ToString(), mostSegmentTokens))];
            var asked = question.ToString();
            int[] known = prompt.AnswerIds(asked, told.ToString());
            if (known.Length == 0)
                throw new ArgumentException($"Row {rows.Count} of column '{answer}' has no answer.", nameof(data));
            rows.Add(new(ids, Pairs([.. pairs.DenseValues()], ids.Length, rows.Count), [new(prompt.QuestionIds(asked), [.. known, end])]));
        }

        return rows.Count > 0 ? rows : throw new ArgumentException("There are no rows to train on or to validate with.", nameof(data));
    }

    private List<(int Source, int Target)> Pairs(int[] numbers, int segments, int row)
    {
        List<(int, int)> pairs = [.. inputs.Pairs(numbers, row)];
        foreach (var wrong in numbers.Where(n => (uint)n >= (uint)segments))
            throw new ArgumentException($"Row {row} of column '{inputs.Edges}' names the segment {wrong}, which is not there; {segments} are given, from 0.");
        return pairs;
    }
}
