using System.Buffers.Binary;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Writes tokenizer.model, as <see cref="SentencePieceFile"/> reads it.</summary>
internal static class SentencePieceWriter
{
    /// <summary>The bytes of a file.</summary>
    public static byte[] Bytes(SentencePieceModel model)
    {
        using var file = new MemoryStream();
        Span<byte> score = stackalloc byte[4];
        foreach (var piece in model.Pieces)
        {
            using var message = new MemoryStream();
            Block(message, 1, Encoding.UTF8.GetBytes(piece.Text));
            Key(message, 2, 5);
            BinaryPrimitives.WriteSingleLittleEndian(score, piece.Score);
            message.Write(score);
            Number(message, 3, (int)piece.Type);
            Block(file, 1, message.ToArray());
        }

        using var trainer = new MemoryStream();
        Number(trainer, 3, (int)model.Kind);
        Number(trainer, 24, model.WhitespaceIsSuffix ? 1 : 0);
        Number(trainer, 35, model.ByteFallback ? 1 : 0);
        Block(trainer, 44, Encoding.UTF8.GetBytes(model.UnknownSurface));
        Block(file, 2, trainer.ToArray());
        using var normalizer = new MemoryStream();
        if (model.Characters is { } characters)
            Block(normalizer, 2, characters.Bytes);
        Number(normalizer, 3, model.AddDummyPrefix ? 1 : 0);
        Number(normalizer, 4, model.RemoveExtraWhitespaces ? 1 : 0);
        Number(normalizer, 5, model.EscapeWhitespaces ? 1 : 0);
        Block(file, 3, normalizer.ToArray());
        return file.ToArray();
    }

    private static void Block(Stream stream, int field, ReadOnlySpan<byte> bytes)
    {
        Key(stream, field, 2);
        Variable(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    private static void Number(Stream stream, int field, int value)
    {
        Key(stream, field, 0);
        Variable(stream, (ulong)value);
    }

    private static void Key(Stream stream, int field, int wire) => Variable(stream, (ulong)((field << 3) | wire));

    private static void Variable(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
