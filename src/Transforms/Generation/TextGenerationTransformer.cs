using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace ML.Extensions.Generation;

/// <summary>
/// Answers a text column by a decoder. Made by <see cref="GenerationCatalog"/>'s estimator, or loaded by
/// <c>mlContext.Model.Load</c>. Owns the model: dispose it to free the weights.
/// </summary>
public sealed class TextGenerationTransformer : BatchedTransformer, ISavedComponent<TextGenerationTransformer>, IDisposable
{
    internal const string Name = "TextGeneration";

    private readonly GenerationModel _model;
    private readonly TextGenerator _generator;
    private bool _disposed;

    private TextGenerationTransformer(GenerationModel model, string outputColumn, string inputColumn, TextGenerationOptions options)
    {
        _model = model;
        _generator = new(model, Settings(options), options.Format);
        OutputColumnName = outputColumn;
        InputColumnName = inputColumn;
        Options = options;
        InputColumns = TextGenerationSchema.Inputs(inputColumn, options);
        OutputColumns = TextGenerationSchema.Outputs(outputColumn, options);
    }

    static string ISavedComponent<TextGenerationTransformer>.LoadName => Name;

    static string ISavedComponent<TextGenerationTransformer>.FormatName => "MLXTXGEN";

    static uint ISavedComponent<TextGenerationTransformer>.FormatVersion => 0x00010001;

    /// <summary>Name of the column of answers.</summary>
    public string OutputColumnName { get; }

    /// <summary>Name of the column of prompts.</summary>
    public string InputColumnName { get; }

    /// <summary>The options in use.</summary>
    public TextGenerationOptions Options { get; }

    internal override IReadOnlyList<string> InputColumns { get; }

    internal override IReadOnlyList<OutputColumn> OutputColumns { get; }

    /// <summary>Answers one prompt as a stream of text; whole characters only.</summary>
    /// <param name="prompt">What the user says, or the text to go on with.</param>
    /// <param name="system">What the model is told beforehand; null is what the options say.</param>
    /// <param name="cancellationToken">Ends the answer within a token.</param>
    /// <exception cref="ArgumentException">The prompt is longer than the model's window, or the chat template refuses it.</exception>
    /// <exception cref="OperationCanceledException">Between two tokens.</exception>
    public IAsyncEnumerable<string> StreamAsync(string prompt, string? system = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _generator.Stream(_generator.Ids(prompt, system ?? Options.System), null, cancellationToken);
    }

    /// <summary>Answers the last message of a chat as a stream of text; whole characters only.</summary>
    /// <param name="messages">What was said so far; all of it goes through the model's chat template.</param>
    /// <param name="cancellationToken">Ends the answer within a token.</param>
    /// <exception cref="NotSupportedException">The model has no chat template.</exception>
    /// <exception cref="ArgumentException">The chat is longer than the model's window, or the chat template refuses it.</exception>
    /// <exception cref="OperationCanceledException">Between two tokens.</exception>
    public IAsyncEnumerable<string> StreamChatAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _generator.Stream(_model.ChatIds(messages), null, cancellationToken);
    }

    /// <summary>Frees the model's weights.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _model.Dispose();
    }

    /// <summary>Opens the model; checks what the options ask of it.</summary>
    internal static TextGenerationTransformer Open(IHostEnvironment env, string output, string input, TextGenerationOptions options)
    {
        var host = env.Register(Name);
        using var channel = host.Start("Open");
        var model = GenerationModel.Open(options.Model, options.Compute.Precision, EnvironmentDevice.Of(env));
        try
        {
            if (model.Chat is null && (options.Format == PromptFormat.Chat || options.System is not null || options.SystemColumn is not null))
                throw new NotSupportedException($"{model.Name} has no chat template: Format must be Auto or Plain, without System and SystemColumn.");
            channel.Info(string.Create(CultureInfo.InvariantCulture,
                $"{model.Name}: {model.Decoder.Spec.Family}, {model.Decoder.ParameterCount:N0} parameters, window {model.Window}, precision {model.Decoder.Precision}, {(model.Chat is null ? "no chat template" : "chat template")}, {model.StopIds.Count} stop tokens."));
            return new(model, output, input, options);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    static TextGenerationTransformer ISavedComponent<TextGenerationTransformer>.Read(IHostEnvironment env, BinaryReader reader, uint version)
    {
        var saved = SavedGeneration.Read(reader);
        var opened = Open(env, saved.OutputColumn, saved.InputColumn, saved.Options);
        var found = opened._model.ContentHash;
        if (found == saved.ContentHash)
            return opened;
        opened.Dispose();
        throw new InvalidDataException(
            $"The pipeline was saved with another model than {saved.Options.Model}: content hash {saved.ContentHash} was saved, {found} is there now. Restore the model, or fit and save the pipeline again.");
    }

    internal override void CheckInput(DataViewSchema schema)
    {
        foreach (var column in InputColumns)
            ColumnErrors.CheckText(schema, column);
    }

    internal override BatchKernel CreateKernel(DataViewRow input, IReadOnlyList<bool> active, int capacity)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new TextGenerationKernel(_generator, input, InputColumnName, OutputColumns, Options, active, capacity);
    }

    private protected override void Save(ModelSaveContext ctx) => SavedComponents<TextGenerationTransformer>.Save(
        ctx, w => new SavedGeneration(OutputColumnName, InputColumnName, Options, _model.ContentHash).Write(w));

    private static GenerationSettings Settings(TextGenerationOptions options) => new()
    {
        Sampling = options.Sampling,
        MaxNewTokens = options.MaxNewTokens,
        StopTexts = options.StopTexts,
        LogProbabilities = options.Columns.LogProbabilities is null ? null : 0,
    };
}
