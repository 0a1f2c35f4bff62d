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
    public static void Write(string path, IReadOnlyDictionary<string, torch.Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // Widest elements first, so that all stay aligned; then by name, so that equal content gives equal files.
        var order = tensors.Select(t => (Name: t.Key, Tensor: t.Value, Type: ElementTypes.FromTorch(t.Value.dtype)))
            .OrderByDescending(t => t.Type.Size()).ThenBy(t => t.Name, StringComparer.Ordinal).ToArray();
        var header = Header(order, metadata);
        var aside = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            using (var file = new FileStream(aside, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(BitConverter.GetBytes((ulong)header.Length));
                file.Write(header);
                foreach (var (_, tensor, type) in order)
                {
                    using var scope = torch.NewDisposeScope();
                    TensorBytes.Visit(tensor.detach().cpu().contiguous(), type.Size(), (_, bytes) => file.Write(bytes));
                }
            }

            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    private static byte[] Header((string Name, torch.Tensor Tensor, ElementType Type)[] order, IReadOnlyDictionary<string, string>? metadata)
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
            foreach (var (name, tensor, type) in order)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type.ToSafetensors());
                json.WriteStartArray("shape");
                foreach (var n in tensor.shape)
                    json.WriteNumberValue(n);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += type.Bytes(tensor.shape)!.Value);
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
