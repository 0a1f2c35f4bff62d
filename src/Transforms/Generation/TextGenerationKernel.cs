using Microsoft.ML;
using Microsoft.ML.Data;

namespace ML.Extensions.Generation;

/// <summary>Answers the prompts of one cursor's batches.</summary>
internal sealed class TextGenerationKernel : BatchKernel
{
    private readonly TextGenerator _generator;
    private readonly TextGenerationOptions _options;
    private readonly IReadOnlyList<OutputColumn> _columns;
    private readonly ValueGetter<ReadOnlyMemory<char>> _prompt;
    private readonly ValueGetter<ReadOnlyMemory<char>>? _system;
    private readonly (string Prompt, string? System)[] _texts;
    private readonly bool _countOnly;
    private int[][] _prompts = [];
    private IReadOnlyList<GeneratedSequence> _answers = [];

    public TextGenerationKernel(
        TextGenerator generator, DataViewRow input, string inputColumn, IReadOnlyList<OutputColumn> columns, TextGenerationOptions options,
        IReadOnlyList<bool> active, int capacity)
    {
        (_generator, _options, _columns) = (generator, options, columns);
        _prompt = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[inputColumn]);
        _system = options.SystemColumn is { } system ? input.GetGetter<ReadOnlyMemory<char>>(input.Schema[system]) : null;
        _texts = new (string, string?)[capacity > 0 ? capacity : options.Compute.RowsAtOnce];
        _countOnly = Enumerable.Range(0, columns.Count).All(i => !active[i] || columns[i].Name == options.Columns.PromptTokens);
    }

    /// <inheritdoc/>
    public override int Capacity => _texts.Length;

    /// <inheritdoc/>
    public override void Read(int slot)
    {
        ReadOnlyMemory<char> prompt = default, system = default;
        _prompt(ref prompt); // a missing text is the empty one
        _system?.Invoke(ref system);
        _texts[slot] = (prompt.ToString(), _system is null ? _options.System : system.ToString());
    }

    /// <inheritdoc/>
    public override bool IsFull(int count) => false;

    /// <inheritdoc/>
    public override void Run(int count)
    {
        _options.Compute.CancellationToken.ThrowIfCancellationRequested();
        _prompts = [.. _texts.Take(count).Select(t => _generator.Ids(t.Prompt, t.System))];
        _answers = _countOnly ? [] : _generator.Generate(_prompts, _options.Compute.CancellationToken);
    }

    /// <inheritdoc/>
    public override Delegate Getter(int output, Func<int> slot)
    {
        var (name, extra) = (_columns[output].Name, _options.Columns);
        if (output > 0 && name == extra.PromptTokens)
            return (ValueGetter<int>)((ref int v) => v = slot() is var at ? _prompts[at].Length : 0);
        if (output > 0 && name == extra.TokenCount)
            return (ValueGetter<int>)((ref int v) => v = At(slot).Choices.Count);
        if (output > 0 && name == extra.LogProbabilities)
            return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> v) => LogProbabilities(At(slot), ref v));
        return output > 0 && name == extra.End
            ? (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> v) => v = At(slot).End.ToString().AsMemory())
            : (ref ReadOnlyMemory<char> v) => v = At(slot).Text.AsMemory();
    }

    private static void LogProbabilities(GeneratedSequence answer, ref VBuffer<float> value)
    {
        var editor = VBufferEditor.Create(ref value, answer.Choices.Count);
        for (var i = 0; i < answer.Choices.Count; i++)
            editor.Values[i] = answer.Choices[i].LogProbability;
        value = editor.Commit();
    }

    // The slot is asked first: that computes the batch.
    private GeneratedSequence At(Func<int> slot)
    {
        var at = slot();
        return _answers[at];
    }
}
