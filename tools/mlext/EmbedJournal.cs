using System.Text.Json;

namespace ML.Extensions.Tool;

/// <summary>How far an output is; kept beside it until it is complete.</summary>
/// <param name="Fingerprint">Model and options.</param>
/// <param name="Rows">Rows written.</param>
/// <param name="Bytes">Length of the part file that holds them, and nothing else.</param>
/// <param name="Texts">Chained SHA-256 over their ids and texts, so that a changed input is seen.</param>
/// <param name="Precision">Number format of their products, which a run that goes on keeps: one file, one format.</param>
internal sealed record EmbedJournal(string Fingerprint, long Rows, long Bytes, string Texts, Precision Precision)
{
    /// <summary>Reads a journal; null if there is none, or none that can be read.</summary>
    public static EmbedJournal? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<EmbedJournal>(File.ReadAllText(path)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes aside, then renames: there is always one whole journal.</summary>
    public void Write(string path)
    {
        using (var file = File.Create(path + ".new"))
        {
            JsonSerializer.Serialize(file, this);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
