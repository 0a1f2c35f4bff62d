using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class GoldenFolderIdsTest
{
    /// <summary>Folders of sentence-transformers with a tokenizer.json.</summary>
    public static IEnumerable<string> Folders => Shared.Root is not { } root ? []
        : Directory.GetDirectories(Path.Combine(root, "goldens/sentence-transformers")).Where(f => Tokenizer(f) is not null).Select(f => Path.GetFileName(f)!).Order();

    [TestMethod]
    [DynamicData(nameof(Folders))]
    [TestCategory("Shared")]
    public void Encode_GivesSentenceTransformersIds(string name)
    {
        var folder = Path.Combine(Shared.Root!, "goldens/sentence-transformers", name);
        using var golden = Json(Path.Combine(folder, "golden.json"));
        using var texts = Json(Path.Combine(folder, "../texts.json"));
        if (!golden.RootElement.TryGetProperty("token_ids", out var runs))
            return; // a static embedding has no ids of its own
        var tokenizer = TokenizerFiles.Open(Tokenizer(folder)!);
        var lower = SettingsSayLower(Tokenizer(folder)!);
        var length = golden.RootElement.GetProperty("max_seq_length").GetInt32();
        var inputs = texts.RootElement.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!).ToArray();
        foreach (var run in runs.EnumerateObject())
        {
            var rows = run.Value.EnumerateArray().Select(r => r.EnumerateArray().Select(i => i.GetInt32()).ToArray()).ToArray();
            Assert.HasCount(inputs.Length, rows);
            for (var i = 0; i < rows.Length; i++)
            {
                var text = (run.Name.Length == 0 ? "" : golden.RootElement.GetProperty("prompts").GetProperty(run.Name).GetString()) + inputs[i];
                var body = tokenizer.Encode(lower ? text.ToLowerInvariant() : text).Ids.Take(length - tokenizer.Prefix.Count - tokenizer.Suffix.Count);
                CollectionAssert.AreEqual(rows[i], tokenizer.Prefix.Concat(body).Concat(tokenizer.Suffix).ToArray(), $"prompt '{run.Name}', '{inputs[i]}'");
            }
        }
    }

    private static string? Tokenizer(string folder) => new[] { folder, Path.Combine(folder, "0_Transformer") }
        .FirstOrDefault(f => File.Exists(Path.Combine(f, "tokenizer.json")));

    private static bool SettingsSayLower(string folder)
    {
        var path = Path.Combine(folder, "sentence_bert_config.json");
        if (!File.Exists(path))
            return false;
        using var json = Json(path);
        return json.RootElement.TryGetProperty("do_lower_case", out var flag) && flag.ValueKind == JsonValueKind.True;
    }

    private static JsonDocument Json(string path) => JsonDocument.Parse(File.ReadAllText(path));
}
