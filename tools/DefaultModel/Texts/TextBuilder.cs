using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ML.Extensions.Retrieval;
using ML.Extensions.Tokenization;

namespace ML.Extensions.DefaultModel.Texts;

/// <summary>
/// Makes the training text: documents of all sources, tokenized line by line; a long line that stood in an earlier document is left out,
/// so that no part of the held-out documents is trained on.
/// </summary>
internal sealed class TextBuilder(TextTokenizer tokenizer)
{
    private const int LongLine = 60, FewestTokens = 16, MostHeading = 24, FewestBody = 8;

    private readonly HashSet<UInt128> _lines = [];
    private readonly List<ushort> _tokens = [];
    private readonly List<TextDocument> _documents = [];
    private readonly List<TextPair> _pairs = [];
    private readonly List<TextShare> _shares = [];

    /// <summary>Adds a source's documents, in the order of their names' hashes, until it has its tokens.</summary>
    public TextShare Add(TextSource source, IReadOnlyList<IndexedDocument> documents)
    {
        var (from, firstDocument) = (_tokens.Count, _documents.Count);
        foreach (var document in documents.OrderBy(d => Hash(source.Origin + d.Id)))
        {
            if (_tokens.Count - from >= source.MostTokens)
                break;
            Add(document.Text, Hash(source.Origin + document.Id) % 50 == 0);
        }

        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tokens)[from..]);
        var share = new TextShare(source.Origin, source.Within, source.Licence, _documents.Count - firstDocument, _tokens.Count - from, Convert.ToHexString(SHA256.HashData(bytes)));
        _shares.Add(share);
        return share;
    }

    /// <summary>The text so far.</summary>
    public TrainingText Build() => new([.. _tokens], [.. _documents], [.. _pairs], [.. _shares]);

    /// <summary>A number of a text that is the same on every machine.</summary>
    public static UInt128 Hash(string text) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Add(string text, bool heldOut)
    {
        var start = _tokens.Count;
        var block = new Block(start, 0);
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.IsEmpty)
            {
                Close(block, heldOut);
                block = new(_tokens.Count, 0);
            }
            else if (line.Length < LongLine || _lines.Add(Hash(line.ToString())))
            {
                var count = Add(line.ToString());
                if (block.Heading == 0)
                    block = block with { Heading = count };
            }
        }

        Close(block, heldOut);
        if (_tokens.Count - start < FewestTokens)
        {
            _tokens.RemoveRange(start, _tokens.Count - start);
            _pairs.RemoveAll(p => p.Heading >= start);
        }
        else
        {
            _documents.Add(new(start, _tokens.Count - start, heldOut));
        }
    }

    private int Add(string line)
    {
        var tokens = tokenizer.Encode(line);
        for (var i = 0; i < tokens.Count; i++)
        {
            var begins = tokens.Starts[i] == 0 || char.IsWhiteSpace(line[tokens.Starts[i] - 1]);
            _tokens.Add((ushort)(tokens.Ids[i] | (begins ? TrainingText.WordBegins : 0)));
        }

        return tokens.Count;
    }

    private void Close(Block block, bool heldOut)
    {
        var body = _tokens.Count - block.Start - block.Heading;
        if (!heldOut && block.Heading is > 0 and <= MostHeading && body >= FewestBody)
            _pairs.Add(new(block.Start, block.Heading, body));
    }

    private readonly record struct Block(int Start, int Heading);
}
