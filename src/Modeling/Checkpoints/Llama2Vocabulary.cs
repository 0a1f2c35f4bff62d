using System.Buffers.Binary;
using System.Text;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Checkpoints;

/// <summary>llama2.c's tokenizer file: the length of the longest piece, then a score, a length and the bytes of each piece. Source: tokenizer.py there.</summary>
internal static class Llama2Vocabulary
{
    private const int MostBytes = 64 << 20, FirstByte = 3, FirstPiece = 259;

    /// <summary>tokenizer.bin beside a model, or tok512.bin for one of 512 pieces; null if neither is there.</summary>
    public static string? Find(string model, long pieces)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        return new[] { "tokenizer.bin", $"tok{pieces}.bin" }.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);
    }

    /// <summary>Reads a file of so many pieces.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public static GgufVocabulary Read(string path, int pieces)
    {
        var origin = Path.GetFileName(path);
        if (new FileInfo(path).Length > MostBytes)
            throw CheckpointErrors.Unusable(origin, $"it has more than {MostBytes} bytes.");
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        if (bytes.Length < 4 || pieces > (bytes.Length - 4) / 8)
            throw CheckpointErrors.Broken(origin, $"it has {bytes.Length} bytes, too few for the model's {pieces} pieces.");
        var (tokens, scores, types) = (new string[pieces], new float[pieces], new int[pieces]);
        bytes = bytes[4..];
        for (var id = 0; id < pieces; id++)
        {
            var length = bytes.Length < 8 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
            if (length < 0 || length > bytes.Length - 8)
                throw CheckpointErrors.Broken(origin, $"it ends inside piece {id} of {pieces}, or the piece has {length} bytes.");
            scores[id] = BinaryPrimitives.ReadSingleLittleEndian(bytes);
            types[id] = (int)(id switch
            {
                0 => SentencePieceType.Unknown,
                < FirstByte => SentencePieceType.Control,
                < FirstPiece => SentencePieceType.Byte,
                _ => SentencePieceType.Normal,
            });
            tokens[id] = id is 1 or 2 ? id == 1 ? "<s>" : "</s>" : Encoding.UTF8.GetString(bytes.Slice(8, length)).Replace(' ', '\u2581');
            bytes = bytes[(8 + length)..];
        }

        return new() { Model = "llama", Tokens = tokens, Scores = scores, Types = types, Begin = 1, End = 2, Unknown = 0 };
    }
}
