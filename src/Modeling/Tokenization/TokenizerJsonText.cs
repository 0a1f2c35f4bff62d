using System.Buffers;
using System.Text.Json;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Vocabularies of other files as the text of a tokenizer.json, part by part: so there is one way to open a tokenizer and
/// one meaning of its parts.
/// </summary>
internal sealed class TokenizerJsonText : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 16);
    private readonly Utf8JsonWriter _json;

    public TokenizerJsonText()
    {
        _json = new(_bytes);
        _json.WriteStartObject();
    }

    /// <summary>Writes a part that is JSON already, as the normalizer.</summary>
    public void Part(string name, string json)
    {
        _json.WritePropertyName(name);
        _json.WriteRawValue(json);
    }

    /// <summary>Writes the added tokens.</summary>
    public void AddedTokens(IEnumerable<AddedToken> tokens)
    {
        _json.WriteStartArray("added_tokens");
        foreach (var token in tokens)
        {
            _json.WriteStartObject();
            _json.WriteNumber("id", token.Id);
            _json.WriteString("content", token.Content);
            _json.WriteBoolean("single_word", token.SingleWord);
            _json.WriteBoolean("lstrip", token.LeftStrip);
            _json.WriteBoolean("rstrip", token.RightStrip);
            _json.WriteBoolean("normalized", token.Normalized);
            _json.WriteBoolean("special", token.Special);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    /// <summary>Writes what surrounds texts and pairs.</summary>
    /// <param name="layout">Parts of rows; each special one is one id or none.</param>
    /// <param name="tokens">Text of a special id.</param>
    public void Template(TextLayout layout, Func<int, string> tokens)
    {
        var special = layout.Single.Concat(layout.Pair).SelectMany(p => p.Ids).Distinct().ToList();
        if (special.Count == 0)
            return;
        _json.WriteStartObject("post_processor");
        _json.WriteString("type", "TemplateProcessing");
        Parts("single", layout.Single, tokens);
        Parts("pair", layout.Pair, tokens);
        _json.WriteStartObject("special_tokens");
        foreach (var id in special)
        {
            _json.WriteStartObject(tokens(id));
            _json.WriteString("id", tokens(id));
            _json.WritePropertyName("ids");
            JsonSerializer.Serialize(_json, (int[])[id]);
            _json.WritePropertyName("tokens");
            JsonSerializer.Serialize(_json, (string[])[tokens(id)]);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    /// <summary>Writes a Unigram model.</summary>
    public void Unigram(IReadOnlyList<(string Piece, double Score)> pieces, int unknown, bool byteFallback)
    {
        _json.WriteStartObject("model");
        _json.WriteString("type", "Unigram");
        _json.WriteNumber("unk_id", unknown);
        _json.WriteBoolean("byte_fallback", byteFallback);
        _json.WriteStartArray("vocab");
        foreach (var (piece, score) in pieces)
        {
            _json.WriteStartArray();
            _json.WriteStringValue(piece);
            _json.WriteNumberValue(score);
            _json.WriteEndArray();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    /// <summary>Writes a BPE model; each merge is two pieces with a blank between.</summary>
    public void Bpe(IReadOnlyList<string> pieces, IReadOnlyList<string> merges, bool ignoreMerges)
    {
        _json.WriteStartObject("model");
        _json.WriteString("type", "BPE");
        _json.WriteBoolean("ignore_merges", ignoreMerges);
        _json.WriteStartObject("vocab");
        for (var id = 0; id < pieces.Count; id++)
            _json.WriteNumber(pieces[id], id);
        _json.WriteEndObject();
        _json.WriteStartArray("merges");
        foreach (var merge in merges)
            _json.WriteStringValue(merge);
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    /// <summary>Ends the text, and gives it in UTF-8.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _bytes.WrittenMemory;
    }

    /// <summary>Opens what was written.</summary>
    public TextTokenizer Open(string origin)
    {
        using var document = JsonDocument.Parse(Finish());
        return TokenizerFiles.FromJson(document.RootElement, null, origin);
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void Parts(string name, IReadOnlyList<TemplatePart> parts, Func<int, string> tokens)
    {
        _json.WriteStartArray(name);
        foreach (var part in parts)
        {
            if (part.Text >= 0)
                Item("Sequence", part.Text == 0 ? "A" : "B", part.TypeId);
            foreach (var id in part.Ids)
                Item("SpecialToken", tokens(id), part.TypeId);
        }

        _json.WriteEndArray();
    }

    private void Item(string kind, string id, int type)
    {
        _json.WriteStartObject();
        _json.WriteStartObject(kind);
        _json.WriteString("id", id);
        _json.WriteNumber("type_id", type);
        _json.WriteEndObject();
        _json.WriteEndObject();
    }
}
