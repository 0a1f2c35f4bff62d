using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class RegexPatternTest
{
    private const string Alphabet = "aZé'sStTrReEvVmMlLdD  \t\n\r\u00a0\u3000\u2028019²½٣.,!?-_/🙂𝒜𠀀𝟘क़\u0301漢ｱ\u200b\ud800";

    [TestMethod]
    [DataRow(RegexPatterns.Gpt2)]
    [DataRow(RegexPatterns.Llama3)]
    [DataRow(RegexPatterns.Qwen2)]
    public void Scanners_MatchAsTheirExpressionsDo(string expression)
    {
        var (scanner, regex, random) = (RegexPatterns.Create(expression, ""), new RegexPattern(expression, ""), new Random(3));
        Assert.IsInstanceOfType<ScannerPattern>(scanner);
        var runes = Alphabet.EnumerateRunes().Select(r => r.ToString()).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => runes[random.Next(runes.Length)]));
            CollectionAssert.AreEqual(Find(regex, text), Find(scanner, text), JsonSerializer.Serialize(text));
        }
    }

    [TestMethod]
    [DataRow(@"\p{Lu}+", "aBC𝒜d", "BC𝒜")]
    [DataRow(@"\p{^L}", "a1", "1")]
    [DataRow(@"\P{L}", "a1", "1")]
    [DataRow(@"\p{Letter}+|\p{Decimal_Number}", "ab1", "ab 1")]
    [DataRow(@"\p{Han}+", "a漢字𠀀かb", "漢字𠀀")]
    [DataRow(@"[\p{Hiragana}\p{Katakana}]+", "a漢かナb", "かナ")]
    [DataRow(@"[^\p{Han}]+", "a漢b", "a b")]
    [DataRow(@"\P{Latin}+", "aжb", "ж")]
    [DataRow("[[:alpha:]]+", "ab1", "ab")]
    [DataRow("[[:^alpha:]]+", "ab1", "1")]
    [DataRow("[a-c[x-z]]+", "abxq", "abx")]
    [DataRow(@"\h+", "xAf0g", "Af0")]
    [DataRow(@"\w+", "a_½ ™", "a_½")]
    [DataRow(@"[^\w\s]+", "a! ™", "! ™")]
    [DataRow(@"[\W]+", "a!b", "!")]
    [DataRow(@"a?+a", "aa", "aa")]
    [DataRow(@"a++a|b", "aab", "b")]
    [DataRow(@"(?:ab)*+c", "ababc", "ababc")]
    [DataRow(@"a{2}+", "aaaaa", "aaaa")]
    [DataRow(@"a{,2}b", "aaab", "aab")]
    [DataRow("a{b", "a{b", "a{b")]
    [DataRow(@"(?<name>a)b", "ab", "ab")]
    [DataRow(@"(?<=a)b", "ab b", "b")]
    [DataRow(@"(?m:a.b)", "a\nb", "a\nb")]
    [DataRow(@"(?i)AB", "ab", "ab")]
    [DataRow(@"\R", "a\r\nb", "\r\n")]
    [DataRow(@"\x41\x{42}\u0043", "ABC", "ABC")]
    [DataRow(@"[\]\-^a]+", "x]-^a", "]-^a")]
    [DataRow("[]a]+", "]a", "]a")]
    [DataRow("^b", "a\nb", "b")]
    [DataRow(@"\.", "a.b", ".")]
    [DataRow("#", "a#b", "#")]
    [DataRow(".", "𝒜", "𝒜")]
    public void Expressions_MeanWhatOnigurumaMeans(string expression, string text, string expected)
    {
        var found = Find(new RegexPattern(expression, "x"), text).Select(m => text[m.Start..m.End]);
        Assert.AreEqual(expected, string.Join(' ', found));
    }

    [TestMethod]
    [DataRow("[a", "ends too early")]
    [DataRow(@"\", "ends too early")]
    [DataRow(@"\p{L", "ends too early")]
    [DataRow("(", "is wrong")]
    [DataRow(")", "is wrong")]
    [DataRow("*", "is wrong")]
    [DataRow("[b-a]", "is wrong")]
    [DataRow(@"\x{zz}", "hexadecimal")]
    [DataRow(@"\p{Klingon}", "property 'Klingon'")]
    [DataRow(@"\X", @"\X")]
    [DataRow(@"\K", @"\K")]
    [DataRow(@"(a)\1", @"\1")]
    [DataRow("[a&&b]", "&&")]
    [DataRow("[a[^b]]", "negated class")]
    [DataRow("(?~a)", "(?~")]
    [DataRow("(?(1)a)", "(?(")]
    [DataRow("🙂", "beyond U+FFFF")]
    public void UnknownSyntax_IsRefused(string expression, string expected)
    {
        var error = Assert.Throws<Exception>(() => new RegexPattern(expression, "tokenizer.json"));
        Assert.IsTrue(error is InvalidDataException or NotSupportedException, error.ToString());
        Assert.StartsWith("tokenizer.json: ", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    [DataRow(@"(?:a|aa)+$")]
    [DataRow(@"(?:a*)*b")]
    [DataRow(@"(?:a+)+b")]
    public void HostileExpressions_TakeNoTime(string expression) => Find(new RegexPattern(expression, "x"), new string('a', 5_000) + "c");

    private static (int Start, int End)[] Find(TextPattern pattern, string text)
    {
        var matches = new List<(int Start, int End)>();
        pattern.Find(text, matches);
        return [.. matches];
    }
}
