using System.Text.Json;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Retrieval;

/// <summary>What a model file keeps of a retriever, as JSON: index and model by their places, and what made the index.</summary>
internal sealed record SavedRetrieval(
    SegmentRetrievalColumns Columns, string Index, string Kind, string Model, string Fingerprint, int Count, int Linked, int? SegmentTokens)
{
    /// <summary>Collects the state.</summary>
    public static SavedRetrieval Of(SegmentRetrievalColumns columns, SegmentRetrievalOptions o, string fingerprint)
    {
        var (kind, name) = o.Model is EmbeddingModel.Folder folder ? ("folder", folder.Path) : ("package", ((EmbeddingModel.Package)o.Model).AssemblyName);
        return new(columns, o.Index, kind, name, fingerprint, o.Count, o.Linked, o.SegmentTokens);
    }

    /// <summary>Opens index and model.</summary>
    /// <exception cref="FileNotFoundException">There is no index.</exception>
    /// <exception cref="InvalidDataException">The index is damaged or of another model.</exception>
    public static SegmentRetriever Open(SegmentRetrievalOptions o, ComputeDevice device) =>
        SegmentRetriever.Open(o.Index, o.Model, new(o.Count, o.Linked, o.SegmentTokens), device);

    /// <summary>Writes the state: one string.</summary>
    public void Write(BinaryWriter w) => w.Write(JsonSerializer.Serialize(this));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state is damaged.</exception>
    public static SavedRetrieval Read(BinaryReader r)
    {
        try
        {
            return JsonSerializer.Deserialize<SavedRetrieval>(r.ReadString())!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{SegmentRetrievalTransformer.Name}: the model file's state is damaged: {e.Message}", e);
        }
    }

    /// <summary>The options.</summary>
    public SegmentRetrievalOptions Options() => new()
    {
        Index = Index, Model = Kind == "folder" ? EmbeddingModel.FromFolder(Model) : new EmbeddingModel.Package(Model),
        Count = Count, Linked = Linked, SegmentTokens = SegmentTokens, IdsColumn = Columns.Ids, ScoresColumn = Columns.Scores,
    };
}
