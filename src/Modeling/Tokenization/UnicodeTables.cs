using System.Collections.Frozen;
using System.IO.Compression;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Decompositions, compositions, combining classes and scripts of Unicode 14, so that texts are normalised alike with
/// and without ICU: under InvariantGlobalization .NET's own Normalize returns its argument. eng/unicode-tables.pl makes
/// the resource and tells its layout.
/// </summary>
internal sealed class UnicodeTables
{
    private static readonly Lazy<UnicodeTables> Loaded = new(() => new UnicodeTables());
    private readonly FrozenDictionary<long, int> _compositions;
    private readonly FrozenDictionary<int, int[]> _canonical;
    private readonly FrozenDictionary<int, int[]> _compatible;
    private readonly FrozenDictionary<int, byte> _classes;
    private readonly string[] _names;
    private readonly (int First, int Last, byte Script)[] _scripts;
    private readonly bool[] _composed = new bool[0x10000]; // BMP characters that NFC keeps wherever they stand

    private UnicodeTables()
    {
        using var resource = typeof(UnicodeTables).Assembly.GetManifestResourceStream("UnicodeTables.bin")!;
        using var reader = new BinaryReader(new DeflateStream(resource, CompressionMode.Decompress));
        var counts = Enumerable.Range(0, 6).Select(_ => reader.ReadInt32()).ToArray();
        int Point() => reader.ReadByte() | (reader.ReadByte() << 8) | (reader.ReadByte() << 16);
        KeyValuePair<int, int[]> Decomposition() => new(Point(), [.. Enumerable.Range(0, reader.ReadByte()).Select(_ => Point())]);
        IEnumerable<T> Times<T>(int section, Func<T> read) => Enumerable.Range(0, counts[section]).Select(_ => read());
        var pairs = Times(0, () => (First: Point(), Second: Point(), Composed: Point())).ToArray();
        _compositions = pairs.ToFrozenDictionary(p => Pair(p.First, p.Second), p => p.Composed);
        _canonical = Times(1, Decomposition).ToFrozenDictionary();
        _compatible = Times(2, Decomposition).ToFrozenDictionary();
        var classes = Times(3, () => (First: Point(), Last: Point(), Class: reader.ReadByte())).ToArray();
        _classes = classes.SelectMany(c => Enumerable.Range(c.First, c.Last - c.First + 1).Select(p => (p, c.Class))).ToFrozenDictionary(p => p.p, p => p.Class);
        _names = [.. Times(4, () => Encoding.ASCII.GetString(reader.ReadBytes(reader.ReadByte())))];
        _scripts = [.. Times(5, () => (Point(), Point(), reader.ReadByte()))];
        var made = pairs.Select(p => p.Composed).ToHashSet();
        Array.Fill(_composed, true);
        foreach (var p in _canonical.Keys.Where(p => !made.Contains(p)).Concat(pairs.Select(p => p.Second)).Concat(_classes.Keys).Where(p => p < 0x10000))
            _composed[p] = false;
        Array.Fill(_composed, false, 0xD800, 0x800);
        Array.Fill(_composed, false, 0x1161, 0x62); // vowels and final consonants of Hangul
    }

    /// <summary>The tables, read at first use.</summary>
    public static UnicodeTables Instance => Loaded.Value;

    /// <summary>Names of scripts, as Latin and Han.</summary>
    public IReadOnlyList<string> ScriptNames => _names;

    /// <summary>Ranges of characters and their script's number in <see cref="ScriptNames"/>, in rising order.</summary>
    public IReadOnlyList<(int First, int Last, byte Script)> ScriptRanges => _scripts;

    /// <summary>Characters and their full canonical decompositions; Hangul syllables are left out.</summary>
    public IReadOnlyDictionary<int, int[]> CanonicalDecompositions => _canonical;

    /// <summary>Full decomposition of a character that is no Hangul syllable; null if it has none.</summary>
    public int[]? Decompose(int character, bool compatible) =>
        compatible && _compatible.TryGetValue(character, out var parts) ? parts : _canonical.GetValueOrDefault(character);

    /// <summary>What two characters compose to; -1 if they don't.</summary>
    public int Compose(int first, int second) => _compositions.GetValueOrDefault(Pair(first, second), -1);

    /// <summary>Canonical combining class.</summary>
    public int Class(int character) => character < 0x300 ? 0 : _classes.GetValueOrDefault(character);

    /// <summary>Whether NFC keeps a character wherever it stands; false for each half of a surrogate pair.</summary>
    public bool StaysComposed(char character) => _composed[character];

    /// <summary>Number of a character's script; -1 if it has none.</summary>
    public int Script(int character)
    {
        var (low, high) = (0, _scripts.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (character > _scripts[middle].Last)
                low = middle + 1;
            else if (character < _scripts[middle].First)
                high = middle - 1;
            else
                return _scripts[middle].Script;
        }

        return -1;
    }

    private static long Pair(int first, int second) => ((long)first << 32) | (uint)second;
}
