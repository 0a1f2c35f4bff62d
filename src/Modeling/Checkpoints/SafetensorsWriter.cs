using System.Text.Json;
using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>Writes safetensors files.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Writes the tensors as they are typed. The file is written aside and takes its name when complete.</summary>
    /// <param name="path">Path of the file; an existing one is replaced.</param>
    /// <param name="tensors">Tensors of any device and layout, by name.</param>
    /// <param name="metadata">Strings for __metadata__.</param>
    public static void Write(string path, IReadOnlyDictionary<string, torch.Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(path, tensors.Select(t => new TensorEntry(t.Key, ElementTypes.FromTorch(t.Value.dtype), t.Value.shape)), e => tensors[e.Name].alias(), metadata);

    /// <summary>Writes tensors that are read one after the other, so that one at a time is in memory.</summary>
    /// <param name="path">Path of the file; an existing one is replaced.</param>
    /// <param name="entries">What is written.</param>
    /// <param name="read">Gives one of them, of the type and shape that its entry says; it is disposed here.</param>
    /// <param name="metadata">Strings for __metadata__.</param>
    public static void Write(
        string path, IEnumerable<TensorEntry> entries, Func<TensorEntry, torch.Tensor> read, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Widest elements first, so that all stay aligned; then by name, so that equal content gives equal files.
        var order = entries.OrderByDescending(t => t.Type.Size()).ThenBy(t => t.Name, StringComparer.Ordinal).ToArray();
        var header = Header(order, metadata);
        var aside = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            using (var file = new FileStream(aside, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(BitConverter.GetBytes((ulong)header.Length));
                file.Write(header);
                foreach (var entry in order)
                {
                    using var scope = torch.NewDisposeScope();
                    TensorBytes.Visit(read(entry).detach().cpu().contiguous(), entry.Type.Size(), (_, bytes) => file.Write(bytes));
                }
            }

            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    private static byte[] Header(TensorEntry[] order, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            long at = 0;
            foreach (var (name, type, shape) in order)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type.ToSafetensors());
                json.WriteStartArray("shape");
                foreach (var n in shape)
                    json.WriteNumberValue(n);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += type.Bytes(shape)!.Value);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }
}
