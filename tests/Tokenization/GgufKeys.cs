using System.Text;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>The keys of a GGUF file, read without any of our own code. Format: docs/gguf.md of github.com/ggml-org/ggml.</summary>
internal static class GgufKeys
{
    public static Dictionary<string, object> Read(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
        Assert.AreEqual("GGUF", Encoding.ASCII.GetString(reader.ReadBytes(4)));
        reader.ReadUInt32();
        reader.ReadUInt64();
        var keys = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var n = reader.ReadUInt64(); n > 0; n--)
            keys[Text(reader)] = Value(reader, reader.ReadInt32());
        return keys;
    }

    private static object Value(BinaryReader reader, int type)
    {
        if (type != 9)
            return Single(reader, type);
        var of = reader.ReadInt32();
        return Enumerable.Range(0, (int)reader.ReadUInt64()).Select(_ => Single(reader, of)).ToArray();
    }

    private static object Single(BinaryReader reader, int type) => type switch
    {
        0 => (int)reader.ReadByte(),
        4 => (int)reader.ReadUInt32(),
        5 => reader.ReadInt32(),
        6 => reader.ReadSingle(),
        7 => reader.ReadByte() != 0,
        8 => Text(reader),
        10 => reader.ReadInt64(),
        _ => throw new NotSupportedException($"type {type}"),
    };

    private static string Text(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));
}
