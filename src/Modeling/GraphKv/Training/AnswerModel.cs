using System.Text.Json;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Generation;
using ML.Extensions.Training;

namespace ML.Extensions.GraphKv;

/// <summary>A decoder that is trained to answer, with the files around it.</summary>
internal sealed class AnswerModel : IDisposable
{
    private AnswerModel(GenerationFiles files, TrainableDecoder decoder, int endId) => (Files, Decoder, EndId) = (files, decoder, endId);

    /// <summary>The model's files.</summary>
    public GenerationFiles Files { get; }

    /// <summary>The network with gradients.</summary>
    public TrainableDecoder Decoder { get; }

    /// <summary>Id that ends an answer.</summary>
    public int EndId { get; }

    /// <summary>Opens a .gguf file, a llama2.c file, or a Hugging Face folder.</summary>
    /// <exception cref="NotSupportedException">It is no decoder that is known, or names no end of an answer.</exception>
    /// <exception cref="InvalidDataException">A file is missing or wrong.</exception>
    public static AnswerModel Open(string path, TrainableDecoderSettings settings)
    {
        var files = GenerationFiles.Open(path);
        try
        {
            var ends = files.StopIds;
            if (ends.Count == 0)
                throw new NotSupportedException($"{files.Name}: the model names no token that ends an answer (eos_token_id), so that it cannot learn to end one.");
            return new(files, TrainableDecoder.Create(files.Config, files.Weights, settings, files.Name), ends.First());
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Writes what was trained: an adapter, or the whole model as a Hugging Face folder.</summary>
    public void Save(string folder)
    {
        if (Decoder.HasAdapter)
        {
            Decoder.SaveAdapter(folder);
            return;
        }

        Decoder.SaveModel(Files.Path, folder);
        if (Files.Weights is GgufWeights gguf && gguf.File.Text("tokenizer.chat_template") is { } chat)
            File.WriteAllText(Path.Combine(folder, "chat_template.jinja"), chat);
        if (Files.IsFile)
            File.WriteAllText(Path.Combine(folder, StopTokens.FileName), JsonSerializer.Serialize(new { eos_token_id = Files.StopIds }));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Decoder.Dispose();
        Files.Dispose();
    }
}
