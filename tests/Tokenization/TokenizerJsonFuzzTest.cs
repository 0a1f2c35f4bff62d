using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Damaged tokenizer.json files open, or are refused with one clear error; what opens can be used.</summary>
[TestClass]
public sealed class TokenizerJsonFuzzTest
{
    private const string Text = "Hello wörld, don't 123  ab<s>\n\t 漢字かな 𝒜🙂 \ud800 e\u0301";
    private static readonly string[] Names =
    [
        "Sequence", "NFC", "NFKD", "Lowercase", "Strip", "StripAccents", "Replace", "Prepend", "Append", "BertNormalizer", "Nmt", "ByteLevel", "Precompiled",
        "BertPreTokenizer", "Whitespace", "WhitespaceSplit", "Metaspace", "Split", "Punctuation", "Digits", "CharDelimiterSplit", "UnicodeScripts", "FixedLength",
        "BPE", "Unigram", "WordLevel", "WordPiece", "TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteFallback", "Fuse", "CTC", "BPEDecoder",
        "String", "Regex", "Left", "Right", "first", "never", "Removed", "Contiguous", "MergedWithNext", "OnlySecond", "a", "", " ", "A", "B", "<s>", "\\s+|(", "(?:a+)+b", "\u2581",
    ];

    private static readonly string Bytes = string.Join(',', Enumerable.Range(0, 256).Select(b => JsonSerializer.Serialize(ByteAlphabet.Of(b).ToString()) + ":" + (b + 1)));

    public static IEnumerable<string> Files =>
    [
        """
        {"truncation":{"max_length":8,"strategy":"LongestFirst","stride":2,"direction":"Right"},"padding":{"strategy":{"Fixed":10},"direction":"Left","pad_to_multiple_of":4,"pad_id":0,"pad_type_id":0,"pad_token":"<s>"},
         "added_tokens":[{"id":0,"content":"<s>","lstrip":true,"rstrip":false,"single_word":false,"normalized":false,"special":true},{"id":259,"content":"ab","normalized":true}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Strip","strip_left":true,"strip_right":false}]},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{L}+|\\p{N}{1,3}|\\s+(?!\\S)"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":true,"use_regex":false,"trim_offsets":true}]},
         "post_processor":{"type":"Sequence","processors":[{"type":"ByteLevel","trim_offsets":true,"add_prefix_space":true},{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],"special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]}}}]},
         "decoder":{"type":"ByteLevel"},
         "model":{"type":"BPE","unk_token":null,"ignore_merges":true,"byte_fallback":false,"fuse_unk":false,"vocab":{"<s>":0,BYTES,"he":257,"ll":258},"merges":["h e",["l","l"]]}}
        """.Replace("BYTES", Bytes, StringComparison.Ordinal),
        """
        {"added_tokens":[{"id":1,"content":"<s>","special":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"},{"type":"Append","append":"x"}]},
         "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true},"post_processor":{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",1],"trim_offsets":true,"add_prefix_space":true},
         "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
         "model":{"type":"BPE","unk_token":"<unk>","byte_fallback":true,"fuse_unk":true,"continuing_subword_prefix":"","end_of_word_suffix":"","vocab":{"<unk>":0,"<s>":1,"</s>":2,"<0x0A>":3,"▁":4,"a":5,"b":6,"ab":7,"l":8,"▁a":9},"merges":["a b","▁ a"]}}
        """,
        """
        {"normalizer":{"type":"Nmt"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":true},{"type":"UnicodeScripts"},{"type":"Punctuation","behavior":"Isolated"},{"type":"FixedLength","length":3},{"type":"CharDelimiterSplit","delimiter":"-"}]},
         "post_processor":{"type":"BertProcessing","sep":["b",2],"cls":["a",1]},"decoder":{"type":"CTC","pad_token":"a","word_delimiter_token":"|","cleanup":true},
         "model":{"type":"Unigram","unk_id":0,"byte_fallback":false,"vocab":[["<unk>",0.0],["a",-1.5],["b",-2.0],["ab",-2.5],["l",-3]]}}
        """,
        """
        {"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
         "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"[UNK]":0,"[CLS]":1,"[SEP]":2,"he":3,"##l":4,"##lo":5}}}
        """,
        """
        {"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKD"},{"type":"StripAccents"},{"type":"Lowercase"}]},"pre_tokenizer":{"type":"Whitespace"},"decoder":{"type":"BPEDecoder","suffix":"</w>"},
         "model":{"type":"WordLevel","unk_token":"[UNK]","vocab":{"[UNK]":0,"hello":1,"123":2}}}
        """,
    ];

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void MutatedValues_OpenOrAreRefused(string good)
    {
        var (random, opened, count) = (new Random(11), 0, 1_000);
        for (var i = 0; i < count; i++)
        {
            var root = JsonNode.Parse(good)!;
            for (var n = random.Next(1, 4); n > 0; n--)
                Mutate(root, random);
            opened += Try(root.ToJsonString()) ? 1 : 0;
        }

        Assert.IsInRange(count / 20, count - (count / 20), opened); // both happen often
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void MutatedBytes_OpenOrAreRefused(string good)
    {
        var random = new Random(13);
        using var folder = new TempFolder();
        for (var i = 0; i < 300; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(good);
            for (var n = random.Next(1, 4); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            folder.Write("tokenizer.json", i % 3 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                Use(TokenizerFiles.Open(folder.Root));
            }
            catch (Exception e) when (e is InvalidDataException or NotSupportedException)
            {
                Assert.Contains("tokenizer.json", e.Message);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void GoodFiles_Open(string good) => Assert.IsTrue(Try(good));

    private static bool Try(string json)
    {
        using var document = JsonDocument.Parse(json);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Use(TokenizerFiles.FromJson(document.RootElement, null, "tokenizer.json"));
            Assert.IsLessThan(16 << 20, GC.GetAllocatedBytesForCurrentThread() - before, json);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            Assert.StartsWith("tokenizer.json: ", e.Message, json);
            return false;
        }
        catch (Exception e) when (e is not AssertFailedException)
        {
            throw new InvalidOperationException(json, e);
        }
    }

    private static void Use(TextTokenizer tokenizer)
    {
        try
        {
            var row = TokenizedRows.Encode(tokenizer, Text, "ab é");
            tokenizer.Decode(row.Ids);
            TokenizedRows.EncodeBatch(tokenizer, ["", Text, "a"]);
            foreach (var end in row.Ends)
                Assert.IsInRange(0, Text.Length, end);
        }
        catch (InvalidOperationException e) when (e.Message.StartsWith("The tokenizer's truncation", StringComparison.Ordinal))
        {
        }
    }

    /// <summary>Takes a value away, puts another one in its place, or doubles it.</summary>
    private static void Mutate(JsonNode root, Random random)
    {
        var all = new List<JsonNode>();
        Collect(root, all);
        var parent = all[random.Next(all.Count)];
        if (parent is JsonArray array && array.Count > 0)
        {
            var at = random.Next(array.Count);
            if (random.Next(3) == 0)
                array.RemoveAt(at);
            else if (random.Next(2) == 0)
                array.Add(array[at]?.DeepClone());
            else
                array[at] = Value(random);
        }
        else if (parent is JsonObject thing && thing.Count > 0)
        {
            var key = thing.ElementAt(random.Next(thing.Count)).Key;
            if (random.Next(4) == 0)
                thing.Remove(key);
            else if (random.Next(6) == 0)
                thing[Names[random.Next(Names.Length)]] = thing[key]?.DeepClone();
            else
                thing[key] = key == "type" || thing[key] is JsonValue v && v.GetValueKind() == JsonValueKind.String ? Names[random.Next(Names.Length)] : Value(random);
        }
    }

    private static JsonNode? Value(Random random) => random.Next(9) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(300),
        3 => -1,
        4 => 1e300,
        5 => int.MaxValue,
        6 => new JsonArray(),
        7 => new JsonObject(),
        _ => Names[random.Next(Names.Length)],
    };

    private static void Collect(JsonNode node, List<JsonNode> all)
    {
        all.Add(node);
        var children = node is JsonObject o ? o.Select(p => p.Value) : node is JsonArray a ? a : [];
        foreach (var child in children)
            if (child is JsonObject or JsonArray)
                Collect(child, all);
    }
}
