using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Unigram models of XLM-R, CamemBERT and T5 as the tokenizer.json that transformers makes of them: its numbering of the pieces, the
/// Precompiled normalizer, words between blanks, and the special tokens round a text.
/// </summary>
internal static class SentencePieceJson
{
    private const string Words =
        """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}]}""";

    private const string Blanks = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""";

    /// <summary>XLM-R: fairseq's first four ids, then the pieces from the fourth on, then the mask.</summary>
    /// <exception cref="InvalidDataException">The model has less than four pieces.</exception>
    public static TextTokenizer Fairseq(SentencePieceModel model, string origin)
    {
        if (model.Pieces.Count < 4)
            throw CheckpointErrors.Unusable(origin, $"it has {model.Pieces.Count} pieces; XLM-R's have more than three.");
        string[] first = ["<s>", "<pad>", "</s>", "<unk>"];
        var pieces = first.Select(t => (t, 0.0)).Concat(model.Pieces.Skip(3).Select(p => (p.Text, (double)p.Score))).Append(("<mask>", 0.0)).ToList();
        List<AddedToken> added = [.. first.Select((t, id) => new AddedToken(t, id, Special: true)), new("<mask>", pieces.Count - 1, LeftStrip: true, Special: true)];
        return Open(model, pieces, 3, added, TextLayout.Around([0], [2], [2], 0), origin);
    }

    /// <summary>CamemBERT: four ids of fairseq and one that is not used, then the pieces from the second on, then the mask.</summary>
    /// <exception cref="InvalidDataException">The model does not start with the unknown piece, &lt;s&gt; and &lt;/s&gt;.</exception>
    public static TextTokenizer Camembert(SentencePieceModel model, string origin)
    {
        if (!model.Pieces.Take(3).Select(p => p.Text).SequenceEqual(["<unk>", "<s>", "</s>"]))
            throw CheckpointErrors.Unusable(origin, "its first pieces are not <unk>, <s>, </s>, as CamemBERT's are.");
        (string, double)[] first = [("<s>NOTUSED", 0), ("<pad>", 0), ("</s>NOTUSED", 0), ("<unk>", 0), ("<unk>NOTUSED", -100)];
        var pieces = first.Concat(model.Pieces.Skip(1).Select(p => (p.Text, (double)p.Score))).Append(("<mask>", 0.0)).ToList();
        List<AddedToken> added = [.. new[] { 0, 1, 2, 3, 5, 6 }.Select(id => new AddedToken(pieces[id].Item1, id, Special: true)),
            new("<mask>", pieces.Count - 1, LeftStrip: true, Special: true)];
        return Open(model, pieces, 3, added, TextLayout.Around([5], [6], [6], 0), origin);
    }

    /// <summary>T5: the model's own ids, then its extra ids in falling order; the text's end behind a text.</summary>
    /// <param name="model">The model.</param>
    /// <param name="extraIds">How many pieces &lt;extra_id_N&gt; there are.</param>
    /// <param name="origin">File, for messages.</param>
    /// <exception cref="InvalidDataException">The model has no piece for the end of a text.</exception>
    public static TextTokenizer T5(SentencePieceModel model, int extraIds, string origin)
    {
        var end = model.Special.End;
        if (end < 0)
            throw CheckpointErrors.Unusable(origin, "no control piece ends a text; T5's is '</s>'.");
        var pieces = model.Pieces.Select(p => (p.Text, (double)p.Score)).ToList();
        var reserved = model.Pieces.Select((p, id) => new AddedToken(p.Text, id, Special: true))
            .Where(t => model.Pieces[t.Id].Type is SentencePieceType.Control or SentencePieceType.Unknown or SentencePieceType.UserDefined).ToList();
        for (var i = extraIds - 1; i >= 0; i--)
        {
            reserved.Add(new($"<extra_id_{i}>", pieces.Count, Special: true));
            pieces.Add((reserved[^1].Content, 0));
        }

        return Open(model, pieces, model.Pieces.Select(p => p.Type).ToList().IndexOf(SentencePieceType.Unknown), reserved, TextLayout.Around([], [end], [], 0), origin);
    }

    private static TextTokenizer Open(
        SentencePieceModel model, List<(string Piece, double Score)> pieces, int unknown, List<AddedToken> added, TextLayout layout, string origin)
    {
        using var json = new TokenizerJsonText();
        json.AddedTokens(added);
        if (model.Characters is { } characters)
            json.Part("normalizer", $$"""{"type":"Precompiled","precompiled_charsmap":"{{Convert.ToBase64String(characters.Bytes)}}"}""");
        json.Part("pre_tokenizer", Words);
        json.Part("decoder", Blanks);
        json.Template(layout, id => pieces[id].Piece);
        json.Unigram(pieces, unknown, model.ByteFallback);
        return json.Open(origin);
    }
}
