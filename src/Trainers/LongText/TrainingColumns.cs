using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>Reads the columns of an objective as ids, scores and vectors.</summary>
internal sealed class TrainingColumns
{
    private readonly TrainableEncoder _encoder;
    private readonly string[] _texts;
    private readonly string? _score, _teacher, _group;
    private readonly string[] _prompts;
    private readonly int _most;
    private readonly Dictionary<(string Text, string Prompt), (int[] Ids, int From, int[][]? Windows)>? _long; // a document may stand in many rows
    private readonly int? _width;

    /// <summary>For an objective.</summary>
    /// <exception cref="ArgumentException">The model has no prompt of a name.</exception>
    public TrainingColumns(string input, TextEmbeddingObjective objective, LongTextTrainingTexts texts, TrainableEncoder encoder)
    {
        _encoder = encoder;
        _texts = objective switch
        {
            TextEmbeddingObjective.Pairs p => [input, p.PositiveColumnName, .. p.NegativeColumnNames],
            TextEmbeddingObjective.Scored s => [input, s.OtherColumnName],
            _ => [input],
        };
        _score = (objective as TextEmbeddingObjective.Scored)?.ScoreColumnName;
        _teacher = (objective as TextEmbeddingObjective.DistilledColumn)?.TeacherColumnName;
        _group = (objective as TextEmbeddingObjective.Pairs)?.GroupColumnName;
        _width = objective is TextEmbeddingObjective.DistilledColumn { Loss: not DistillationLoss.Similarities } ? encoder.Dimensions : null;
        _prompts = [Prompt(texts.InputPrompt, texts.InputPromptName), Prompt(texts.OtherPrompt, texts.OtherPromptName)];
        _long = texts.Windows > 1 ? [] : null;
        _most = Math.Min(texts.MaxTokens ?? int.MaxValue, Math.Min(encoder.Window, encoder.SourceWindow)); // new positions are learned from texts of the old window
    }

    /// <summary>Reads all rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">There are no rows, or one cannot be learned: a text is empty, a number is not finite, a vector has another width.</exception>
    public IReadOnlyList<TrainingRow> Read(IDataView data)
    {
        foreach (var name in _group is null ? _texts : _texts.Append(_group))
            ColumnErrors.CheckText(data.Schema, name);
        string[] names = [.. new[] { _score, _teacher, _group }.OfType<string>()];
        if (names.FirstOrDefault(n => data.Schema.GetColumnOrNull(n) is null) is { } missing)
            throw ColumnErrors.Missing(missing, data.Schema.Where(c => !c.IsHidden).Select(c => c.Name));
        using var cursor = data.GetRowCursor([.. _texts.Concat(names).Distinct().Select(n => data.Schema[n])]);
        var texts = Array.ConvertAll(_texts, n => cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[n]));
        var score = _score is null ? null : Numbers(cursor, data.Schema[_score]);
        var teacher = _teacher is null ? null : Vectors(cursor, data.Schema[_teacher]);
        var group = _group is null ? null : cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[_group]);
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        var rows = new List<TrainingRow>();
        var (text, vector) = (default(ReadOnlyMemory<char>), default(VBuffer<float>));
        while (cursor.MoveNext())
        {
            var (ids, from, windows) = (new int[texts.Length][], new int[texts.Length], new List<int[][]?>());
            for (var c = 0; c < ids.Length; c++)
            {
                texts[c](ref text);
                (ids[c], from[c], var split) = Ids(text.Span.IsWhiteSpace() ? throw Wrong(rows.Count, _texts[c], "is empty: there is nothing to learn from it") : text.ToString(), _prompts[c == 0 ? 0 : 1]);
                windows.Add(split);
                if (ids[c].Length == 0)
                    throw Wrong(rows.Count, _texts[c], "has no token of the model's vocabulary");
            }

            teacher?.Invoke(ref vector);
            text = default;
            group?.Invoke(ref text);
            rows.Add(new(ids)
            {
                Target = teacher is null ? null : Checked([.. vector.DenseValues()], rows),
                Score = score?.Invoke() is not { } told ? 0 : float.IsFinite(told) ? told : throw Wrong(rows.Count, _score!, "is not a finite number"),
                Group = text.IsEmpty ? null : Number(groups, text.ToString()),
                PooledFrom = _encoder.PoolsPrompt ? null : from,
                Windows = windows.TrueForAll(w => w is null) ? null : windows,
            });
        }

        return rows.Count > 0 ? rows : throw new ArgumentException("There are no rows to train on or to validate with.", nameof(data));
    }

    private static int Number(Dictionary<string, int> groups, string name)
    {
        groups.TryAdd(name, groups.Count);
        return groups[name];
    }

    private static ArgumentException Wrong(int row, string column, string what) => new($"Row {row} of column '{column}' {what}. Leave such rows out.");

    /// <summary>A teacher's vector that can be learned.</summary>
    private float[] Checked(float[] vector, List<TrainingRow> before)
    {
        if (!Array.TrueForAll(vector, float.IsFinite))
            throw Wrong(before.Count, _teacher!, "holds a number that is not finite");
        if (vector.Length != (_width ?? vector.Length))
            throw new ArgumentException($"Row {before.Count} of column '{_teacher}' has {vector.Length} numbers, the model's vectors have {_width}. DistillationLoss.Similarities learns from vectors of another width.");
        return before.Count == 0 || vector.Length == before[0].Target!.Length ? vector
            : throw new ArgumentException($"Row {before.Count} of column '{_teacher}' has {vector.Length} numbers, the first has {before[0].Target!.Length}.");
    }

    private static ValueGetter<VBuffer<float>> Vectors(DataViewRow row, DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { ItemType: NumberDataViewType { RawType: var type } } && type == typeof(float)
            ? row.GetGetter<VBuffer<float>>(column) : throw ColumnErrors.Mismatch(column.Name, "Vector<Single>", column.Type.ToString()!);

    private static Func<float> Numbers(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type == NumberDataViewType.Single)
        {
            var get = row.GetGetter<float>(column);
            return () =>
            {
                float value = 0;
                get(ref value);
                return value;
            };
        }

        if (column.Type != NumberDataViewType.Double)
            throw ColumnErrors.Mismatch(column.Name, "Single", column.Type.ToString()!);
        var wide = row.GetGetter<double>(column);
        return () =>
        {
            double value = 0;
            wide(ref value);
            return (float)value;
        };
    }

    private string Prompt(string? text, string? name)
    {
        if (text is not null)
            return name is null ? text : throw new ArgumentException($"A prompt's text ('{text}') and name ('{name}') are both set in Texts. Set one: the text itself, or the name of one of the model's.");
        name ??= _encoder.DefaultPromptName;
        if (name is null)
            return "";
        return _encoder.Prompts.TryGetValue(name, out var prompt) ? prompt : throw new ArgumentException(
            $"The model has no prompt '{name}'. It has: {(_encoder.Prompts.Count == 0 ? "none" : string.Join(", ", _encoder.Prompts.Keys))}.");
    }

    /// <summary>
    /// Ids of a text as the embedder makes them, prompt and text as one; the first token that is pooled where the prompt's are not; and the windows of
    /// a longer text, if any are asked for, each behind the prompt.
    /// </summary>
    private (int[] Ids, int From, int[][]? Windows) Ids(string text, string prompt)
    {
        if (_long?.GetValueOrDefault((text, prompt)) is { Ids: not null } known)
            return known;
        var (before, after) = (_encoder.Tokenizer.Prefix, _encoder.Tokenizer.Suffix);
        var tokens = _encoder.Tokenizer.Encode(prompt + text);
        var lead = 0;
        while (lead < tokens.Count && tokens.Starts[lead] < prompt.Length)
            lead++;
        var room = _most - before.Count - after.Count - lead;
        if (room <= 0)
            throw new ArgumentException($"The prompt takes {lead} tokens; with {before.Count + after.Count} special ones no room is left for a text of at most {_most}.");
        int[] Part(int start, int count) => [.. before, .. tokens.Ids.Take(lead), .. tokens.Ids.Skip(lead + start).Take(count), .. after];
        var body = tokens.Count - lead;
        var split = _long is not null && body > room;
        var ids = Part(0, split ? body : Math.Min(body, room));
        var windows = split ? TextPlanner.Pieces(body, room).Select(p => Part(p.Start, p.Length)).ToArray() : null;
        var read = (ids, lead == 0 ? 0 : Math.Min(before.Count + lead, ids.Length - 1), windows);
        if (split)
            _long![(text, prompt)] = read;
        return read;
    }
}
