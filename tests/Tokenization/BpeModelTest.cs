using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class BpeModelTest
{
    /// <summary>Long words take the heap, short ones a scan; both must merge as plain loops do.</summary>
    [TestMethod]
    public void Merges_AreThoseOfPlainLoops()
    {
        var random = new Random(1);
        for (var round = 0; round < 40; round++)
        {
            var (vocabulary, merges) = Sample(random);
            var model = new CharacterBpeModel(vocabulary, new([.. merges.Select(m => (vocabulary.Find(m.Left), vocabulary.Find(m.Right), vocabulary.Find(m.Left + m.Right)))]), new() { Unknown = 0 });
            for (var i = 0; i < 30; i++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(1, i < 20 ? 40 : 300)).Select(_ => "abc\u2581"[random.Next(4)]));
                var output = new TokenBuffer(8);
                model.Cut(new(text, 5), output);
                var (tokens, expected) = (output.ToText(), Plain(text, merges));
                CollectionAssert.AreEqual(expected, tokens.Ids.Select(id => vocabulary.Token(id)).ToArray(), text);
                Assert.AreEqual(text, string.Concat(tokens.Starts.Zip(tokens.Ends, (s, e) => text[(s - 5)..(e - 5)])));
            }
        }
    }

    [TestMethod]
    public void HugeWords_TakeNoTime()
    {
        var vocabulary = new Vocabulary(new() { ["?"] = 0, ["a"] = 1, ["aa"] = 2, ["aaaa"] = 3, ["aaaaaaaa"] = 4 });
        var model = new CharacterBpeModel(vocabulary, new([(1, 1, 2), (2, 2, 3), (3, 3, 4)]), new() { Unknown = 0 });
        var output = new TokenBuffer(8);
        model.Cut(new(new string('a', 800_000), 0), output);
        Assert.AreEqual(100_000, output.Count);
    }

    [TestMethod]
    [DataRow(false, false, "a???b", "a,?,?,?,b")]
    [DataRow(true, false, "a???b", "a,?,b")]
    [DataRow(true, true, "aéb", "a,<0xC3>,<0xA9>,b")]
    [DataRow(true, true, "a漢éb", "a,<0xC3>,<0xA9>,?,b")] // bytes go before an unknown run that is still open, as in the library
    public void UnknownCharacters(bool fuse, bool bytes, string text, string expected)
    {
        var vocabulary = new Vocabulary(new() { ["?"] = 0, ["a"] = 1, ["b"] = 2, ["<0xC3>"] = 3, ["<0xA9>"] = 4 });
        var model = new CharacterBpeModel(vocabulary, new([]), new() { Unknown = 0, FuseUnknown = fuse, ByteFallback = bytes });
        var output = new TokenBuffer(8);
        model.Cut(new(text.Replace('?', '!'), 0), output);
        Assert.AreEqual(expected, string.Join(',', output.ToText().Ids.Select(id => vocabulary.Token(id))));
    }

    [TestMethod]
    public void Affixes_AreOfCharacters()
    {
        var vocabulary = new Vocabulary(new() { ["a"] = 0, ["##b"] = 1, ["##c</w>"] = 2, ["ab"] = 3, ["abc</w>"] = 4 });
        var model = new CharacterBpeModel(vocabulary, new([(0, 1, 3), (3, 2, 4)]), new() { ContinuingPrefix = "##", EndSuffix = "</w>" });
        var output = new TokenBuffer(8);
        model.Cut(new("abc", 0), output);
        CollectionAssert.AreEqual(new[] { 4 }, output.ToText().Ids);
        CollectionAssert.AreEqual(new[] { 3 }, output.ToText().Ends);
    }

    private static (Vocabulary Vocabulary, List<(string Left, string Right)> Merges) Sample(Random random)
    {
        var tokens = new List<string> { "?", "a", "b", "c", "\u2581" };
        var merges = new List<(string Left, string Right)>();
        while (merges.Count < 25)
        {
            var (left, right) = (tokens[random.Next(1, tokens.Count)], tokens[random.Next(1, tokens.Count)]);
            if (merges.Contains((left, right)))
                continue;
            merges.Add((left, right));
            if (!tokens.Contains(left + right))
                tokens.Add(left + right);
        }

        return (new(tokens.Index().ToDictionary(t => t.Item, t => t.Index)), merges);
    }

    private static string[] Plain(string text, List<(string Left, string Right)> merges)
    {
        var parts = text.Select(c => c.ToString()).ToList();
        while (true)
        {
            var best = Enumerable.Range(0, parts.Count - 1).Select(i => (Rank: merges.IndexOf((parts[i], parts[i + 1])), At: i)).Where(p => p.Rank >= 0).DefaultIfEmpty((Rank: -1, At: -1)).Min();
            if (best.At < 0)
                return [.. parts];
            parts[best.At] += parts[best.At + 1];
            parts.RemoveAt(best.At + 1);
        }
    }
}
