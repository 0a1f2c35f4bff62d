using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads tokenizer.model, spiece.model and sentencepiece.bpe.model. Field numbers: sentencepiece_model.proto of github.com/google/sentencepiece.</summary>
internal static class SentencePieceFile
{
    private const long MaxBytes = 64 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is too large, breaks the format or lacks a piece that it needs.</exception>
    /// <exception cref="NotSupportedException">The model is neither Unigram nor BPE.</exception>
    public static SentencePieceModel Open(string path)
    {
        var file = new FileInfo(path);
        if (file.Length > MaxBytes)
            throw CheckpointErrors.Unusable(file.Name, $"it has {file.Length} bytes; at most {MaxBytes} are read.");
        return Read(File.ReadAllBytes(path), file.Name);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They break the format or lack a piece that the model needs.</exception>
    /// <exception cref="NotSupportedException">The model is neither Unigram nor BPE.</exception>
    public static SentencePieceModel Read(byte[] bytes, string origin)
    {
        var pieces = new List<SentencePiece>();
        var model = new SentencePieceModel { Pieces = pieces };
        (string Begin, string End, string Padding) names = ("<s>", "</s>", "<pad>");
        for (var reader = new ProtoReader(bytes, 0, bytes.Length, origin); reader.Next();)
        {
            model = reader.Field switch
            {
                1 => Add(ReadPiece(reader.Message(), pieces.Count, origin)),
                2 => ReadTrainer(reader.Message(), model, ref names, origin),
                3 => ReadNormalizer(reader.Message(), model, origin),
                _ => model,
            };
        }

        int Control(string name) => pieces.FindIndex(p => p.Type == SentencePieceType.Control && p.Text == name);
        CheckOnce(model, origin);
        Check(model, origin);
        return model with { Special = (Control(names.Begin), Control(names.End), Control(names.Padding)) };

        SentencePieceModel Add(SentencePiece piece)
        {
            pieces.Add(piece);
            return model;
        }
    }

    /// <summary>Refuses a vocabulary that lacks a piece.</summary>
    /// <exception cref="InvalidDataException">There is not one unknown piece, or a byte has none.</exception>
    public static void Check(SentencePieceModel model, string origin)
    {
        var unknown = model.Pieces.Count(p => p.Type == SentencePieceType.Unknown);
        if (unknown != 1)
            throw CheckpointErrors.Unusable(origin, $"{unknown} of {model.Pieces.Count} pieces stand for unknown characters; expected one.");
        if (!model.ByteFallback)
            return;
        var known = model.Pieces.Select(p => p.Text).ToHashSet(StringComparer.Ordinal);
        for (var b = 0; b < 256; b++)
            if (!known.Contains(SentencePieces.OfByte(b)))
                throw CheckpointErrors.Unusable(origin, $"there is no piece '{SentencePieces.OfByte(b)}'; a model with byte fallback needs all 256.");
    }

    private static void CheckOnce(SentencePieceModel model, string origin)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var id = 0; id < model.Pieces.Count; id++)
        {
            if (model.Pieces[id].Text is not { Length: > 0 } text)
                throw CheckpointErrors.Unusable(origin, $"piece {id} is empty.");
            if (!known.Add(text))
                throw CheckpointErrors.Unusable(origin, $"piece {id}, '{text}', is there twice.");
        }
    }

    private static SentencePiece ReadPiece(ProtoReader reader, int id, string origin)
    {
        var (text, score, type) = ("", 0f, (long)SentencePieceType.Normal);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    text = reader.Text();
                    break;
                case 2:
                    score = reader.Single();
                    break;
                case 3:
                    type = reader.Number();
                    break;
            }
        }

        if (type is < 1 or > 6)
            throw CheckpointErrors.Broken(origin, $"piece {id} has type {type}; known are 1 to 6.");
        return float.IsFinite(score) ? new(text, score, (SentencePieceType)type)
            : throw CheckpointErrors.Broken(origin, $"the score of piece {id} is {score}.");
    }

    private static SentencePieceModel ReadTrainer(
        ProtoReader reader, SentencePieceModel model, ref (string Begin, string End, string Padding) names, string origin)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    model = model with { Kind = Known(reader.Number(), origin) };
                    break;
                case 24:
                    model = model with { WhitespaceIsSuffix = reader.Number() != 0 };
                    break;
                case 35:
                    model = model with { ByteFallback = reader.Number() != 0 };
                    break;
                case 44:
                    model = model with { UnknownSurface = reader.Text() };
                    break;
                case 46:
                    names.Begin = reader.Text();
                    break;
                case 47:
                    names.End = reader.Text();
                    break;
                case 48:
                    names.Padding = reader.Text();
                    break;
            }
        }

        return model;
    }

    private static SentencePieceModelKind Known(long kind, string origin) =>
        kind is 1 or 2 ? (SentencePieceModelKind)kind : throw new NotSupportedException(
            $"{origin}: SentencePiece model type {kind} is not known. Known: 1 (Unigram), 2 (BPE).");

    private static SentencePieceModel ReadNormalizer(ProtoReader reader, SentencePieceModel model, string origin)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    model = model with { Characters = reader.Bytes().IsEmpty ? null : new(reader.Bytes(), origin) };
                    break;
                case 3:
                    model = model with { AddDummyPrefix = reader.Number() != 0 };
                    break;
                case 4:
                    model = model with { RemoveExtraWhitespaces = reader.Number() != 0 };
                    break;
                case 5:
                    model = model with { EscapeWhitespaces = reader.Number() != 0 };
                    break;
            }
        }

        return model;
    }
}
