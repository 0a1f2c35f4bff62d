using System.IO.Compression;
using System.Text;
using ML.Extensions.Checkpoints;
using TorchSharp;

namespace ML.Extensions.Tests.Checkpoints;

/// <summary>Small well-formed files of every kind, made here byte by byte.</summary>
internal static class SampleFiles
{
    /// <summary>w [2, 3] = 0..5 float32, b [2] = 10, 11 int64.</summary>
    public static byte[] Safetensors(string? header = null, int data = 40)
    {
        header ??= """{"b":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]}}""";
        var utf8 = Encoding.UTF8.GetBytes(header);
        byte[] values = [.. Bytes(10L, 11L), .. Floats(6)];
        return [.. BitConverter.GetBytes((ulong)utf8.Length), .. utf8, .. values.Concat(new byte[64]).Take(data)];
    }

    /// <summary>The state dict {w: [2, 3], t: w transposed} over one storage, as torch.save pickles it.</summary>
    public static byte[] Pickle(string function = "ctorch._utils\n_rebuild_tensor_v2\n", long count = 6, int columns = 3)
    {
        using var bytes = new MemoryStream();
        void Op(params byte[] b) => bytes.Write(b);
        void Ascii(string s) => bytes.Write(Encoding.ASCII.GetBytes(s));
        void Text(string s)
        {
            Op((byte)'X');
            Op(BitConverter.GetBytes(s.Length));
            Ascii(s);
        }

        void Tensor(int rows, int width, int rowStride, int stride)
        {
            Ascii(function + "((");
            Text("storage");
            Ascii("ctorch\nFloatStorage\n");
            Text("0");
            Text("cpu");
            Op([0x8A, 8, .. BitConverter.GetBytes(count)]);
            Op((byte)'t', (byte)'Q', (byte)'K', 0, (byte)'K', (byte)rows, (byte)'K', (byte)width, 0x86);
            Op((byte)'K', (byte)rowStride, (byte)'K', (byte)stride, 0x86, 0x89);
            Ascii("ccollections\nOrderedDict\n)RtR");
        }

        Op(0x80, 2);
        Ascii("ccollections\nOrderedDict\n)R(");
        Text("w");
        Tensor(2, columns, 3, 1);
        Text("t");
        Tensor(columns, 2, 1, 3);
        Ascii("u.");
        return bytes.ToArray();
    }

    /// <summary>A pickle in torch's zip.</summary>
    public static byte[] BinZip(byte[]? pickle = null, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in new[] { ("m/data.pkl", pickle ?? Pickle()), ("m/byteorder", "little"u8.ToArray()), ("m/data/0", Floats(6)) })
                using (var entry = zip.CreateEntry(name, level).Open())
                    entry.Write(content);
        return bytes.ToArray();
    }

    /// <summary>A pickle in torch's older form.</summary>
    public static byte[] BinLegacy(byte[]? pickle = null) =>
    [
        0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.', // magic
        0x80, 2, (byte)'M', 0xE9, 3, (byte)'.', // protocol 1001
        0x80, 2, (byte)'}', (byte)'.', // system
        .. pickle ?? Pickle(),
        0x80, 2, (byte)']', (byte)'X', 1, 0, 0, 0, (byte)'0', (byte)'a', (byte)'.', // keys of the storages
        .. BitConverter.GetBytes(6L), .. Floats(6),
    ];

    /// <summary>y = x W + b, W [2, 3] without a name, b named dense.bias [3].</summary>
    public static byte[] Onnx() => Field(7,
    [
        .. Field(1, [.. Field(1, "x"u8), .. Field(1, "onnx::MatMul_1"u8), .. Field(2, "xw"u8), .. Field(4, "MatMul"u8)]),
        .. Field(1, [.. Field(1, "dense.bias"u8), .. Field(1, "xw"u8), .. Field(2, "y"u8), .. Field(4, "Add"u8)]),
        .. Field(5, [.. Field(1, [2, 3]), .. Varint(2, 1), .. Field(8, "onnx::MatMul_1"u8), .. Field(9, Floats(6))]),
        .. Field(5, [.. Varint(1, 3), .. Varint(2, 1), .. Field(8, "dense.bias"u8), .. Field(9, Floats(3))]),
    ]);

    /// <summary>A BERT of one layer and eight words.</summary>
    public static byte[] Gguf()
    {
        var file = new GgufWriter().Text("general.architecture", "bert").Number("bert.context_length", 16).Number("bert.embedding_length", 4)
            .Number("bert.block_count", 1).Number("bert.feed_forward_length", 8).Number("bert.attention.head_count", 2)
            .Float("bert.attention.layer_norm_epsilon", 1e-12f).Number("bert.pooling_type", 2).Text("tokenizer.ggml.model", "bert")
            .Texts("tokenizer.ggml.tokens", "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "\u2581hello", "\u2581world", "s")
            .Numbers("tokenizer.ggml.token_type", 3, 2, 3, 3, 3, 1, 1, 1).Number("tokenizer.ggml.unknown_token_id", 1)
            .Number("tokenizer.ggml.cls_token_id", 2).Number("tokenizer.ggml.seperator_token_id", 3);
        void Add(string name, params long[] shape) => file.Tensor(name, shape, [.. Enumerable.Repeat(0.1f, (int)shape.Aggregate(1L, (a, b) => a * b))]);
        Add("token_embd.weight", 8, 4);
        Add("position_embd.weight", 16, 4);
        Add("token_types.weight", 2, 4);
        foreach (var norm in (string[])["token_embd_norm", "blk.0.attn_output_norm", "blk.0.layer_output_norm"])
        {
            Add(norm + ".weight", 4);
            Add(norm + ".bias", 4);
        }

        foreach (var (name, rows, columns) in new[] { ("attn_q", 4, 4), ("attn_k", 4, 4), ("attn_v", 4, 4), ("attn_output", 4, 4), ("ffn_up", 8, 4), ("ffn_down", 4, 8) })
        {
            Add($"blk.0.{name}.weight", rows, columns);
            Add($"blk.0.{name}.bias", rows);
        }

        return file.Bytes();
    }

    /// <summary>llama2.c's first form: dim 4, hidden 4, one layer, one head, 2 words, window 8.</summary>
    public static byte[] Llama2() => [.. new[] { 4, 4, 1, 1, 1, 2, 8 }.SelectMany(BitConverter.GetBytes), .. Floats(8 + 4 + (7 * 16) + 4 + 4 + 32)];

    /// <summary>A field with length.</summary>
    public static byte[] Field(int number, ReadOnlySpan<byte> content)
    {
        var bytes = new List<byte> { (byte)((number << 3) | 2) };
        var length = content.Length;
        for (; length >= 128; length >>= 7)
            bytes.Add((byte)(length | 128));
        bytes.Add((byte)length);
        bytes.AddRange(content);
        return [.. bytes];
    }

    /// <summary>A small number.</summary>
    public static byte[] Varint(int number, byte value) => [(byte)(number << 3), value];

    /// <summary>0, 1, 2, … as float32.</summary>
    public static byte[] Floats(int count) => [.. Enumerable.Range(0, count).SelectMany(i => BitConverter.GetBytes((float)i))];

    /// <summary>A sentence-transformers folder with a BERT of one layer, Dense and Normalize.</summary>
    public static void Folder(TempFolder folder)
    {
        folder.Write("modules.json", """[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},{"idx":2,"name":"2","path":"2_Dense","type":"sentence_transformers.models.Dense"},{"idx":3,"name":"3","path":"3_Normalize","type":"sentence_transformers.models.Normalize"}]""");
        folder.Write("config.json", """{"model_type":"bert","hidden_size":4,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":8,"max_position_embeddings":16,"vocab_size":8,"type_vocab_size":2,"layer_norm_eps":1e-12}""");
        folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nworld\n##s\n");
        folder.Write("tokenizer_config.json", """{"do_lower_case":true,"model_max_length":12}""");
        folder.Write("sentence_bert_config.json", """{"max_seq_length":10,"do_lower_case":false}""");
        folder.Write("config_sentence_transformers.json", """{"prompts":{"query":"q: "},"default_prompt_name":"query","truncate_dim":2}""");
        folder.Write("1_Pooling/config.json", """{"word_embedding_dimension":4,"pooling_mode_cls_token":false,"pooling_mode_mean_tokens":true,"include_prompt":true}""");
        folder.Write("2_Dense/config.json", """{"in_features":4,"out_features":3,"bias":true,"activation_function":"torch.nn.modules.activation.Tanh"}""");
        Save(folder["2_Dense/model.safetensors"], ("linear.weight", [3, 4]), ("linear.bias", [3]));
        const string layer = "encoder.layer.0.";
        Save(
            folder["model.safetensors"], ("embeddings.word_embeddings.weight", [8, 4]), ("embeddings.position_embeddings.weight", [16, 4]),
            ("embeddings.token_type_embeddings.weight", [2, 4]), ("embeddings.LayerNorm.weight", [4]), ("embeddings.LayerNorm.bias", [4]),
            (layer + "attention.self.query.weight", [4, 4]), (layer + "attention.self.query.bias", [4]), (layer + "attention.self.key.weight", [4, 4]),
            (layer + "attention.self.key.bias", [4]), (layer + "attention.self.value.weight", [4, 4]), (layer + "attention.self.value.bias", [4]),
            (layer + "attention.output.dense.weight", [4, 4]), (layer + "attention.output.dense.bias", [4]), (layer + "attention.output.LayerNorm.weight", [4]),
            (layer + "attention.output.LayerNorm.bias", [4]), (layer + "intermediate.dense.weight", [8, 4]), (layer + "intermediate.dense.bias", [8]),
            (layer + "output.dense.weight", [4, 8]), (layer + "output.dense.bias", [4]), (layer + "output.LayerNorm.weight", [4]), (layer + "output.LayerNorm.bias", [4]));
    }

    private static byte[] Bytes(params long[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static void Save(string path, params (string Name, long[] Shape)[] tensors)
    {
        using var scope = torch.NewDisposeScope();
        SafetensorsWriter.Write(path, tensors.ToDictionary(t => t.Name, t => torch.ones(t.Shape) * 0.1f));
    }
}
