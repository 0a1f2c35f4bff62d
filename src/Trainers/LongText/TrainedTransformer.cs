using Microsoft.ML.Runtime;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>Makes a transformer of a trained model.</summary>
internal static class TrainedTransformer
{
    /// <summary>
    /// With an output folder the transformer refers to it, with an adapter's alone to the base and to that; without either the model's files are in
    /// memory, and go into the pipeline's file.
    /// </summary>
    public static LongTextEmbeddingTransformer Make(
        IHost host, TrainableEncoder encoder, string output, string input, LongTextTrainingOptions options, ComputeDevice device, Action<string> log)
    {
        if (options.AdapterFolder is { } adapter)
            encoder.SaveAdapter(adapter);
        if (options.OutputFolder is { } folder)
        {
            encoder.Save(folder);
            var referring = options.Embedding with { Model = EmbeddingModel.FromFolder(Path.GetFullPath(folder)) };
            return new(host, LongTextEmbedder.Open(referring.Model, LongTextSettings.Of(referring), device, log), output, input, referring);
        }

        if (options.AdapterFolder is { } own)
        {
            var beside = options.Embedding with { Model = options.Model, Adapter = Path.GetFullPath(own) };
            return new(host, LongTextEmbedder.Open(beside.Model, LongTextSettings.Of(beside), device, log), output, input, beside);
        }

        using var temporary = new TemporaryFolder("trained");
        var trained = Path.Combine(temporary.Path, "trained");
        encoder.Save(trained);
        var files = ModelFiles.Read(EmbeddingModel.FromFolder(trained));
        var keeping = options.Embedding with { Model = EmbeddingModel.FromFolder("trained"), Storage = ModelStorage.Weights };
        return new(host, LongTextEmbedder.Open(ModelFiles.Open(keeping.Model, files), LongTextSettings.Of(keeping), device, log), output, input, keeping, files);
    }
}
