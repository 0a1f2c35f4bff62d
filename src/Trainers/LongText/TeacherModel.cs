using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>A teacher, opened.</summary>
internal sealed class TeacherModel : IDisposable
{
    private readonly EmbeddingCheckpoint _checkpoint;

    private TeacherModel(EmbeddingCheckpoint checkpoint, TextEncoder encoder) => (_checkpoint, Encoder) = (checkpoint, encoder);

    /// <summary>SHA-256 over its files.</summary>
    public string ContentHash => _checkpoint.ContentHash;

    /// <summary>Its network.</summary>
    public TextEncoder Encoder { get; }

    /// <summary>Opens it.</summary>
    /// <param name="model">The teacher.</param>
    /// <param name="student">The model that is trained.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="similarities">Whether texts' similarities are learned, so that widths may differ.</param>
    /// <exception cref="ArgumentException">Its tokenizer is another one than the student's, or it pools in another way or has another width.</exception>
    public static TeacherModel Open(EmbeddingModel model, TrainableEncoder student, ComputeDevice device, bool similarities)
    {
        var checkpoint = EmbeddingCheckpoints.Open(model);
        try
        {
            var (own, other) = (student.Tokenizer, checkpoint.Tokenizer);
            const string sample = "The quick brown fox jumps over 13 lazy dogs: naïve, unaffordable, 東京.";
            if (own.VocabularySize != other.VocabularySize || !own.Prefix.SequenceEqual(other.Prefix) || !Ids(own, sample).SequenceEqual(Ids(other, sample)))
                throw new ArgumentException($"The teacher {checkpoint.Name} has another tokenizer than the model that is trained. Embed the texts with it first, and distil from the column of its vectors.");
            if (!checkpoint.Pooling.SequenceEqual(student.Pooling))
                throw new ArgumentException($"The teacher {checkpoint.Name} pools by {string.Join(", ", checkpoint.Pooling)}, the model that is trained by {string.Join(", ", student.Pooling)}. Distil from a column of the teacher's vectors.");
            var encoder = TextEncoders.Create(checkpoint.Config, checkpoint.Weights, Precision.Float32, device, checkpoint.Name);
            if (encoder.Config.Width == student.Spec.Width || similarities)
                return new(checkpoint, encoder);
            var width = encoder.Config.Width;
            encoder.Dispose();
            throw new ArgumentException($"The teacher {checkpoint.Name} is {width} wide, the model that is trained {student.Spec.Width}. DistillationLoss.Similarities learns from a teacher of another width.");
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        _checkpoint.Dispose();
    }

    private static IEnumerable<int> Ids(Tokenization.TextTokenizer tokenizer, string text)
    {
        var tokens = tokenizer.Encode(text);
        return Enumerable.Range(0, tokens.Count).Select(i => tokens.Ids[i]);
    }
}
