using System.Text;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Our tables against .NET's normalization, which has ICU's.</summary>
[TestClass]
public sealed class UnicodeFormNormalizerTest
{
    public static IEnumerable<NormalizationForm> Forms => Enum.GetValues<NormalizationForm>();

    [TestMethod]
    [DynamicData(nameof(Forms))]
    public void EveryCharacter_IsAsIcuHasIt(NormalizationForm form)
    {
        NeedIcu();
        var normalizer = Normalizer(form);
        // Blocks with decompositions that Unicode 14 knows; later versions add others elsewhere.
        var runes = Enumerable.Range(0, 0x10000).Concat(Enumerable.Range(0x11000, 0x300)).Concat(Enumerable.Range(0x1D100, 0x700))
            .Concat(Enumerable.Range(0x1EE00, 0x500)).Concat(Enumerable.Range(0x2F800, 0x220)).Where(c => Rune.IsValid(c) && c != 0xFFFE).Select(c => new Rune(c).ToString());
        foreach (var text in runes)
            Check(normalizer, text, form);
    }

    [TestMethod]
    [DynamicData(nameof(Forms))]
    public void RandomMarksAndSyllables_AreAsIcuHasThem(NormalizationForm form)
    {
        NeedIcu();
        var normalizer = Normalizer(form);
        string[] parts = ["a", "e", "\u0301", "\u0327", "\u0323", "\u0315", "é", "\u1E69", "\uFB01", "\u1100", "\u1161", "\u11A8", "각", "가", "\u0344",
            "\u0958", "\u0B47", "\u0B56", "\u0338", "=", "\U0001D15E", "\U000110A5", "\U000110BA", "\u3099", "か", "\u0345", "\u03B1", "\u1F80", "Å", "\u0307"];
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
            Check(normalizer, string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)])), form);
    }

    [TestMethod]
    public void LongRunsOfMarks_TakeNoTime()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 200_000));
        Assert.AreEqual(new string('\u0323', 200_000) + new string('\u0301', 200_000), Normalizer(NormalizationForm.FormD).Normalize(marks));
    }

    [TestMethod]
    public void HalfSurrogates_BecomeUnknown() => Assert.AreEqual("a\uFFFDb", Normalizer(NormalizationForm.FormC).Normalize("a\uD800b"));

    private static UnicodeFormNormalizer Normalizer(NormalizationForm form) => new(
        form is NormalizationForm.FormKC or NormalizationForm.FormKD, form is NormalizationForm.FormC or NormalizationForm.FormKC);

    private static void NeedIcu()
    {
        if ("é".Normalize(NormalizationForm.FormD).Length == 1)
            Assert.Inconclusive("this .NET runs without ICU");
    }

    private static void Check(UnicodeFormNormalizer normalizer, string text, NormalizationForm form)
    {
        var (expected, found) = (text.Normalize(form), normalizer.Normalize(text));
        if (expected != found || (normalizer.Keeps(text) && expected != text))
            Assert.Fail($"{Codes(text)}: {Codes(found)} instead of {Codes(expected)}; said to stay: {normalizer.Keeps(text)}");
    }

    private static string Codes(string text) => string.Join(' ', text.EnumerateRunes().Select(r => $"{r.Value:X4}"));
}
