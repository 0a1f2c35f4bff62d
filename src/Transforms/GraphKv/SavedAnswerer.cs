using System.Text.Json;
using ML.Extensions.Devices;
using ML.Extensions.Generation;

namespace ML.Extensions.GraphKv;

/// <summary>What a model file keeps of an answerer, as JSON: the model by its path and content hash, not its weights.</summary>
internal sealed record SavedAnswerer(
    string Output, GraphKvInputs Inputs, string Model, string ContentHash, string Plan, string? Cache, long CacheMemoryBytes, GraphKvPrompt? Prompt,
    int? MaxSegmentTokens, SamplingOptions Sampling, int MaxNewTokens, string[] StopTexts, Precision Precision, GraphKvExtraColumns Columns, string? Adapter = null)
{
    /// <summary>Collects the state.</summary>
    public static SavedAnswerer Of(string output, GraphKvInputs inputs, GraphKvAnswerOptions o, string hash) => new(
        output, inputs, o.Model, hash, SavedPlan.Text(o.Plan), o.Cache, o.CacheMemoryBytes, o.Prompt, o.MaxSegmentTokens, o.Sampling,
        o.MaxNewTokens, [.. o.StopTexts], o.Precision, o.Columns, o.Adapter);

    /// <summary>The settings that options mean.</summary>
    public static AnswererSettings Settings(GraphKvAnswerOptions o) => new(o.Plan)
    {
        Adapter = o.Adapter, Prompt = o.Prompt, Cache = o.Cache, CacheMemoryBytes = o.CacheMemoryBytes, MaxSegmentTokens = o.MaxSegmentTokens,
        Sampling = o.Sampling, MaxNewTokens = o.MaxNewTokens, StopTexts = o.StopTexts, Precision = o.Precision,
    };

    /// <summary>Writes the state: one string.</summary>
    public void Write(BinaryWriter w) => w.Write(JsonSerializer.Serialize(this));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state is damaged.</exception>
    public static SavedAnswerer Read(BinaryReader r)
    {
        try
        {
            return JsonSerializer.Deserialize<SavedAnswerer>(r.ReadString())!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{GraphKvAnswerTransformer.Name}: the model file's state is damaged: {e.Message}", e);
        }
    }

    /// <summary>The options.</summary>
    public GraphKvAnswerOptions Options() => new()
    {
        Model = Model, Plan = SavedPlan.Read(Plan), Cache = Cache, CacheMemoryBytes = CacheMemoryBytes, Prompt = Prompt,
        MaxSegmentTokens = MaxSegmentTokens, Sampling = Sampling, MaxNewTokens = MaxNewTokens, StopTexts = StopTexts,
        Precision = Precision, Columns = Columns, Adapter = Adapter,
    };

    /// <summary>Opens the model, and checks that it is the one that was saved.</summary>
    /// <exception cref="InvalidDataException">The model has changed since.</exception>
    public GraphKvAnswerer Open(GraphKvAnswerOptions options, ComputeDevice device)
    {
        var answerer = GraphKvAnswerer.Open(Model, Settings(options), device);
        if (answerer.ContentHash == ContentHash)
            return answerer;
        var found = answerer.ContentHash;
        answerer.Dispose();
        throw new InvalidDataException(
            $"The pipeline was saved with another model than {Model} {(options.Adapter is { } adapter ? $"and the adapter {adapter} hold" : "holds")} now: content hash {ContentHash} was saved, {found} is there. Restore the model, or fit and save the pipeline again.");
    }
}
