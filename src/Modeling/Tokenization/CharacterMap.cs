using System.Buffers.Binary;
using System.Text;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>
/// SentencePiece's precompiled_charsmap: strings and what they become. Layout: bytes of the double array (32 bits), its
/// units (Darts-clone's), then the replacements, each ended by a zero byte. Unit: bits 0 to 7 label, bit 8 a value
/// follows, bit 9 offset times 256, bits 10 to 30 offset, bit 31 this is a value.
/// </summary>
internal sealed class CharacterMap
{
    private const uint ValueBit = 1u << 31;
    private const int MaxReplacement = 256; // Unicode's own longest has 33: U+FDFA
    private readonly byte[] _bytes;
    private readonly uint[] _units;
    private readonly Dictionary<int, string> _replacements = [];

    /// <summary>Reads a map.</summary>
    /// <exception cref="InvalidDataException">It breaks the layout.</exception>
    public CharacterMap(ReadOnlySpan<byte> bytes, string origin)
    {
        if (bytes.Length < 4)
            throw CheckpointErrors.Broken(origin, $"precompiled_charsmap has {bytes.Length} bytes; expected at least 4.");
        var size = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (size > bytes.Length - 4 || size % 4 != 0 || size == 0)
            throw CheckpointErrors.Broken(origin, $"precompiled_charsmap says that its table has {size} bytes; {bytes.Length - 4} are there, and a unit has 4.");
        _units = new uint[size / 4];
        for (var i = 0; i < _units.Length; i++)
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + (i * 4))..]);
        _bytes = bytes.ToArray();
        ReadReplacements(bytes[(4 + (int)size)..], origin);
    }

    /// <summary>The map as it was read.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>What the shortest entry that starts a text becomes, null if none starts it.</summary>
    public string? Shortest(ReadOnlySpan<char> text) => Walk(text, 0, shortest: true, out _);

    /// <summary>What the longest entry that stands at a place becomes, null if none stands there, and the entry's UTF-16 units.</summary>
    public string? Longest(ReadOnlySpan<char> text, int at, out int units) => Walk(text, at, shortest: false, out units);

    /// <summary>Whether an entry is this ASCII character, or starts with it and another one.</summary>
    public bool StartsInAscii(char first)
    {
        var node = Step(Offset(_units[0]), first);
        if (node < 0)
            return false;
        if ((_units[node] >> 8 & 1) != 0)
            return true;
        for (var second = 1; second < 128; second++)
            if (Step(node ^ Offset(_units[node]), second) >= 0)
                return true;
        return false;
    }

    private int Step(int slot, int label) =>
        (slot ^ label) is var next && (uint)next < (uint)_units.Length && (_units[next] & (ValueBit | 0xFF)) == label ? next : -1;

    private string? Walk(ReadOnlySpan<char> text, int from, bool shortest, out int units)
    {
        string? found = null;
        units = 0;
        var slot = Offset(_units[0]);
        for (var at = from; at < text.Length;)
        {
            var code = Utf8.At(text, at, out var bytes, out var used);
            at += used;
            for (; bytes > 0; bytes--, code >>= 8)
            {
                var node = Step(slot, (int)(code & 0xFF));
                if (node < 0)
                    return found;
                var unit = _units[node];
                slot = node ^ Offset(unit);
                if ((unit >> 8 & 1) == 0 || (uint)slot >= (uint)_units.Length)
                    continue;
                var replacement = _replacements.GetValueOrDefault((int)(_units[slot] & ~ValueBit));
                if (bytes > 1 || replacement is null)
                    continue;
                (found, units) = (replacement, at - from);
                if (shortest)
                    return found;
            }
        }

        return found;
    }

    private static int Offset(uint unit) => (int)((unit >> 10) << (int)((unit & (1u << 9)) >> 6));

    /// <summary>Only the values that units hold are read, each once: entries may share the tail of a text.</summary>
    private void ReadReplacements(ReadOnlySpan<byte> texts, string origin)
    {
        foreach (var unit in _units)
        {
            if ((unit & ValueBit) == 0 || (int)(unit & ~ValueBit) is var start && (start >= texts.Length || _replacements.ContainsKey(start)))
                continue;
            var length = texts[start..].IndexOf((byte)0);
            if (length < 0)
                throw CheckpointErrors.Broken(origin, $"the replacement at byte {start} of precompiled_charsmap has no end.");
            if (length > MaxReplacement)
                throw CheckpointErrors.Broken(origin, $"the replacement at byte {start} of precompiled_charsmap has {length} bytes; at most {MaxReplacement} are read.");
            _replacements.Add(start, Encoding.UTF8.GetString(texts.Slice(start, length)));
        }
    }
}
