namespace ML.Extensions.Generation;

/// <summary>What a model file keeps of a generator: options, and the model by its path and content hash.</summary>
internal sealed record SavedGeneration(string OutputColumn, string InputColumn, TextGenerationOptions Options, string ContentHash)
{
    // Binary format, version 0x00010001:
    // string output, string input, string hash (SHA-256), string model (path)
    // string? System, string? SystemColumn, byte Format, int MaxNewTokens
    // double Temperature, int? TopK, double? TopP, double? MinP, double? TypicalP, double RepetitionPenalty, double FrequencyPenalty,
    //   double PresencePenalty, bool TemperatureFirst, int Seed
    // int stops, stops × string
    // 4 × string? columns; byte Precision, int RowsAtOnce

    /// <summary>Writes the state.</summary>
    public void Write(BinaryWriter w)
    {
        var (o, s) = (Options, Options.Sampling);
        w.Write(OutputColumn);
        w.Write(InputColumn);
        w.Write(ContentHash);
        w.Write(o.Model);
        WriteText(w, o.System);
        WriteText(w, o.SystemColumn);
        w.Write((byte)o.Format);
        w.Write(o.MaxNewTokens);
        w.Write(s.Temperature);
        foreach (var value in new[] { s.TopK, s.TopP, s.MinP, s.TypicalP })
        {
            w.Write(value is not null);
            w.Write(value ?? 0);
        }

        w.Write(s.RepetitionPenalty);
        w.Write(s.FrequencyPenalty);
        w.Write(s.PresencePenalty);
        w.Write(s.TemperatureFirst);
        w.Write(s.Seed);
        w.Write(o.StopTexts.Count);
        foreach (var stop in o.StopTexts)
            w.Write(stop);
        foreach (var column in new[] { o.Columns.PromptTokens, o.Columns.TokenCount, o.Columns.End, o.Columns.LogProbabilities })
            WriteText(w, column);
        w.Write((byte)o.Compute.Precision);
        w.Write(o.Compute.RowsAtOnce);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state is damaged.</exception>
    public static SavedGeneration Read(BinaryReader r)
    {
        var (output, input, hash, model) = (r.ReadString(), r.ReadString(), r.ReadString(), r.ReadString());
        double? Number() => r.ReadBoolean() is var given && r.ReadDouble() is var value && given ? value : null;
        try
        {
            return new(output, input, new()
            {
                Model = model,
                System = ReadText(r),
                SystemColumn = ReadText(r),
                Format = (PromptFormat)r.ReadByte(),
                MaxNewTokens = r.ReadInt32(),
                Sampling = new()
                {
                    Temperature = r.ReadDouble(),
                    TopK = (int?)Number(),
                    TopP = Number(),
                    MinP = Number(),
                    TypicalP = Number(),
                    RepetitionPenalty = r.ReadDouble(),
                    FrequencyPenalty = r.ReadDouble(),
                    PresencePenalty = r.ReadDouble(),
                    TemperatureFirst = r.ReadBoolean(),
                    Seed = r.ReadInt32(),
                },
                StopTexts = [.. Enumerable.Range(0, r.ReadInt32()).Select(_ => r.ReadString())],
                Columns = new() { PromptTokens = ReadText(r), TokenCount = ReadText(r), End = ReadText(r), LogProbabilities = ReadText(r) },
                Compute = new() { Precision = (Precision)r.ReadByte(), RowsAtOnce = r.ReadInt32() },
            }, hash);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"The state of a text generator in the model file is damaged: {e.Message}", e);
        }
    }

    private static void WriteText(BinaryWriter w, string? text)
    {
        w.Write(text is not null);
        if (text is not null)
            w.Write(text);
    }

    private static string? ReadText(BinaryReader r) => r.ReadBoolean() ? r.ReadString() : null;
}
