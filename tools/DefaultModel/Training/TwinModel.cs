using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Training;

namespace ML.Extensions.DefaultModel.Training;

/// <summary>The teacher, the twin that is trained, and the tokens that both share.</summary>
internal sealed class TwinModel : IDisposable
{
    private readonly EmbeddingCheckpoint _checkpoint;

    /// <summary>Opens both.</summary>
    /// <param name="student">Folder of a twin to go on with; null begins with the teacher's weights.</param>
    /// <param name="precision">Format of the products of both.</param>
    public TwinModel(string? student, Precision precision)
    {
        _checkpoint = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        Teacher = TextEncoders.Create(_checkpoint.Config, _checkpoint.Weights, precision, ComputeDevice.Cpu, _checkpoint.Name);
        Student = student is null
            ? TrainableEncoder.Open(EmbeddingModel.ArcticXs, new() { Precision = precision, Change = new RotaryTwin() })
            : TrainableEncoder.Open(new EmbeddingModel.Folder(student), new() { Precision = precision });
        Student.Freeze(name => name.EndsWith("word_embeddings.weight", StringComparison.Ordinal));
        Tokens = new(_checkpoint.Tokenizer, _checkpoint.Prompts["query"]);
    }

    /// <summary>The absolute model.</summary>
    public TextEncoder Teacher { get; }

    /// <summary>The rotary one.</summary>
    public TrainableEncoder Student { get; }

    /// <summary>Texts as ids.</summary>
    public TwinTokens Tokens { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Student.Dispose();
        Teacher.Dispose();
        _checkpoint.Dispose();
    }
}
