using System.Text.Json;
using ML.Extensions.Benchmarks;
using ML.Extensions.Generation;

namespace ML.Extensions.Tests.Generation;

/// <summary>Templates as Jinja2 renders them (eng/jinja-cases.py), and bounds on what an untrusted one may do.</summary>
[TestClass]
public sealed class JinjaTemplateTest
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Generation", "JinjaCases.json"))).RootElement;

    public static IEnumerable<int> Cases => Enumerable.Range(0, Golden.GetProperty("cases").GetArrayLength());

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Render_EqualsJinja2(int number)
    {
        var one = Golden.GetProperty("cases")[number];
        var template = one.GetProperty("template").GetString()!;
        if (one.TryGetProperty("rendered", out var expected))
        {
            Assert.AreEqual(expected.GetString(), Render(template), template);
            return;
        }

        var error = Assert.Throws<Exception>(() => Render(template));
        Assert.IsTrue(error is InvalidDataException or ArgumentException, $"{template}: {error}");
        Assert.Contains("line 1", error.Message);
    }

    [TestMethod]
    public void Errors_NameTheLine()
    {
        Assert.Contains("t: template, line 3: the filter 'nope' is not known. Known: default", Message("a\n{{ 1 }}\n{{ 2 | nope }}"));
        Assert.Contains("line 2: 'endfor' ends nothing, or is not known. Known: if, for", Message("a\n{% endfor %}"));
        Assert.Contains("line 2: 'missing' is undefined; it has no 'x'.", Message("\n{{ missing.x }}"));
        Assert.Contains("line 2): be kind", Message("\n{{ raise_exception('be kind') }}"));
        Assert.Contains("line 1: the template ends where elif or else or endif is expected.", Message("{% if true %}"));
    }

    [TestMethod]
    [DataRow("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", DisplayName = "loops")]
    [DataRow("{% set ns = namespace(s='aaaaaaaaaaaaaaaa') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", DisplayName = "text that doubles")]
    [DataRow("{% set ns = namespace(s=[1]) %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", DisplayName = "list that doubles")]
    [DataRow("{{ 'a' * 100000000000 }}", DisplayName = "long text")]
    [DataRow("{{ [1] * 100000000000 }}", DisplayName = "long list")]
    [DataRow("{{ range(1000000) }}", DisplayName = "long range")]
    [DataRow("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", DisplayName = "endless macro")]
    [DataRow("{% set ns = namespace(s=[]) %}{% for i in range(3000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}", DisplayName = "deep list")]
    [DataRow("{% set ns = namespace(s=[]) %}{% for i in range(3000) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s | tojson }}", DisplayName = "deep json")]
    [DataRow("{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}", DisplayName = "endless recursion")]
    [DataRow("{% set ns = namespace(s='a') %}{% for i in range(100000) %}{% set ns.s = ns.s.replace('a', 'aa') %}{% endfor %}", DisplayName = "replaced text")]
    [DataRow("{{ 9223372036854775807 + 1 }}", DisplayName = "large number")]
    public void Render_IsBounded(string template) => Assert.ThrowsExactly<InvalidDataException>(() => Render(template));

    [TestMethod]
    public void Parse_IsBounded()
    {
        foreach (var (open, close) in new[] { ("(", ")"), ("[", "]"), ("not ", ""), ("- ", ""), ("{'a':", "}") })
            Message("{{ " + string.Concat(Enumerable.Repeat(open, 20_000)) + "1" + string.Concat(Enumerable.Repeat(close, 20_000)) + " }}");
        Message(string.Concat(Enumerable.Repeat("{% if true %}", 20_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 20_000)));
        Message(new string('a', 2 << 20));
        foreach (var chained in new[] { "+1", "|abs", "~1" })
            Message("{{ 1" + string.Concat(Enumerable.Repeat(chained, 100_000)) + " }}"); // deeper than any stack when it is rendered
    }

    [TestMethod]
    public void Parse_SurvivesMutations()
    {
        var random = new Random(11);
        var templates = Golden.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("template").GetString()!).ToArray();
        for (var n = 0; n < 1_500; n++)
        {
            var template = templates[random.Next(templates.Length)];
            var (from, other) = (random.Next(template.Length + 1), templates[random.Next(templates.Length)]);
            var cut = random.Next(other.Length + 1);
            template = random.Next(3) switch
            {
                0 => template[..from],
                1 => template[..from] + other[cut..],
                _ => template.Remove(Math.Min(from, template.Length - 1), 1),
            };
            try
            {
                Render(template);
            }
            catch (Exception e) when (e is InvalidDataException or ArgumentException { InnerException: TemplateRefusal })
            {
                // an error that names the template
            }
        }
    }

    private static string Message(string template)
    {
        var error = Assert.Throws<Exception>(() => Render(template));
        Assert.IsTrue(error is InvalidDataException or ArgumentException, error.ToString());
        return error.Message;
    }

    private static string Render(string template)
    {
        var variables = Golden.GetProperty("data").EnumerateObject().ToDictionary(p => p.Name, p => TemplateJson.Read(p.Value));
        return JinjaTemplate.Parse(template, "t").Render(variables, new FixedTime());
    }

    /// <summary>The moment of eng/jinja-cases.py.</summary>
    private sealed class FixedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 9, 8, 5, 7, TimeSpan.Zero);
    }
}
