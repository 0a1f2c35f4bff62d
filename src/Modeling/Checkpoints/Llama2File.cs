using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;

namespace ML.Extensions.Checkpoints;

/// <summary>
/// A llama2.c file under Hugging Face's names: the first form without a version, version 1 (float32) and version 2 (int8 in
/// groups with a scale each). Rows of query and key are interleaved for rotary pairs there, and in halves here.
/// Source: export.py and run.c of github.com/karpathy/llama2.c.
/// </summary>
internal sealed class Llama2File : Weights
{
    private const uint Magic = 0x616B3432; // "ak42"
    private const int OldHeader = 28, NewHeader = 256;
    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Offset, int Group)> _places = new(StringComparer.Ordinal);
    private int _width, _forward, _layers, _heads, _keyHeads, _vocabulary, _window, _group;
    private long _at;
    private bool _shared;

    /// <summary>Opens the file and checks that it has exactly the bytes that its header asks for.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public Llama2File(string path)
    {
        _file = new MappedFile(path);
        try
        {
            ReadHeader();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>0 (the first form), 1 or 2.</summary>
    public int Version { get; private set; }

    /// <inheritdoc/>
    public override string Origin => _file.Name;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries => _entries;

    /// <summary>Whether a file is of this kind, by its header and its exact length.</summary>
    public static bool IsOne(string path)
    {
        try
        {
            new Llama2File(path).Dispose();
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>The header in config.json's keys.</summary>
    public JsonElement Config()
    {
        using var json = JsonDocument.Parse($$"""
            {"model_type":"llama","hidden_size":{{_width}},"num_hidden_layers":{{_layers}},"num_attention_heads":{{_heads}},"num_key_value_heads":{{_keyHeads}},"intermediate_size":{{_forward}},"max_position_embeddings":{{_window}},"vocab_size":{{_vocabulary}},"hidden_act":"silu","rms_norm_eps":1e-5,"rope_theta":10000,"tie_word_embeddings":{{(_shared ? "true" : "false")}}}
            """);
        return json.RootElement.Clone();
    }

    /// <inheritdoc/>
    public override torch.Tensor Read(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            throw CheckpointErrors.Missing(Origin, name);
        var (offset, group) = _places[name];
        using var scope = torch.NewDisposeScope();
        var tensor = group == 0
            ? TensorBytes.Make(ElementType.Float32, entry.Shape, (at, bytes) => _file.Read(offset + at, bytes))
            : Scaled(entry.Shape, offset, group);
        var heads = name.EndsWith("q_proj.weight", StringComparison.Ordinal) ? _heads : name.EndsWith("k_proj.weight", StringComparison.Ordinal) ? _keyHeads : 0;
        if (heads > 0)
            tensor = tensor.view(heads, entry.Shape[0] / heads / 2, 2, entry.Shape[1]).transpose(1, 2).reshape(entry.Shape);
        return tensor.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    private void ReadHeader()
    {
        if (_file.Length < OldHeader)
            throw CheckpointErrors.Broken(Origin, $"it has {_file.Length} bytes; a llama2.c file has a header of {OldHeader}.");
        var header = _file.Read(0, (int)Math.Min(NewHeader, _file.Length));
        int Number(int index) => BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(index * 4));
        Version = BinaryPrimitives.ReadUInt32LittleEndian(header) == Magic ? Number(1) : 0;
        if (Version is < 0 or > 2 || (Version > 0 && header.Length < NewHeader))
            throw CheckpointErrors.Unusable(Origin, $"it is of llama2.c version {Version}; known are 0, 1 and 2, the latter with a header of {NewHeader} bytes.");
        var first = Version == 0 ? 0 : 2;
        (_width, _forward, _layers, _heads, _keyHeads, _vocabulary, _window) = (Number(first), Number(first + 1), Number(first + 2), Number(first + 3), Number(first + 4), Number(first + 5), Number(first + 6));
        _shared = Version == 0 ? _vocabulary > 0 : header[36] == 1;
        _group = Version == 2 ? BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(37)) : 0;
        if (Version == 0 && _vocabulary < 0 && _vocabulary != int.MinValue)
            _vocabulary = -_vocabulary;
        Check("dim", _width, 1 << 16);
        Check("hidden_dim", _forward, 1 << 20);
        Check("n_layers", _layers, 1_000);
        Check("n_heads", _heads, 1 << 10);
        Check("n_kv_heads", _keyHeads, _heads);
        Check("vocab_size", _vocabulary, 1 << 24);
        Check("seq_len", _window, 1 << 24);
        if (_width % (2 * _heads) != 0 || _heads % _keyHeads != 0)
            throw CheckpointErrors.Broken(Origin, $"its header has dim {_width}, {_heads} heads and {_keyHeads} key heads, which do not go together.");
        if (Version == 2 && (_group < 1 || _width % _group != 0 || _forward % _group != 0))
            throw CheckpointErrors.Broken(Origin, $"its header has groups of {_group}; dim {_width} and hidden_dim {_forward} are no multiples of it.");
        _at = Version == 0 ? OldHeader : NewHeader;
        Place();
        if (_at != _file.Length)
            throw CheckpointErrors.Broken(Origin, $"it has {_file.Length} bytes; the sizes in its header (as llama2.c's version {Version}) need {_at}.");
    }

    private void Check(string key, int value, int most)
    {
        if (value < 1 || value > most)
            throw CheckpointErrors.Broken(Origin, $"its header's {key} is {value}; expected 1 to {most} (as a llama2.c file).");
    }

    private void Place()
    {
        var keys = (long)_width / _heads * _keyHeads;
        if (Version == 0)
        {
            Add("model.embed_tokens", 0, _vocabulary, _width);
            Each("input_layernorm", 0, _width);
        }
        else
        {
            Each("input_layernorm", 0, _width);
            Each("post_attention_layernorm", 0, _width);
            Add("model.norm", 0, _width);
            Add("model.embed_tokens", _group, _vocabulary, _width);
        }

        Each("self_attn.q_proj", _group, _width, _width);
        Each("self_attn.k_proj", _group, keys, _width);
        Each("self_attn.v_proj", _group, keys, _width);
        Each("self_attn.o_proj", _group, _width, _width);
        if (Version == 0)
            Each("post_attention_layernorm", 0, _width);
        Each("mlp.gate_proj", _group, _forward, _width);
        Each("mlp.down_proj", _group, _width, _forward);
        Each("mlp.up_proj", _group, _forward, _width);
        if (Version == 0)
        {
            Add("model.norm", 0, _width);
            _at += (long)_window * (_width / _heads / 2) * 2 * sizeof(float); // cosines and sines, which nobody needs
        }

        if (!_shared)
            Add("lm_head", _group, _vocabulary, _width);
    }

    private void Each(string name, int group, params long[] shape)
    {
        for (var n = 0; n < _layers; n++)
            Add($"model.layers.{n}.{name}", group, shape);
    }

    private void Add(string name, int group, params long[] shape)
    {
        name += ".weight";
        var count = shape.Aggregate(1L, (a, b) => a * b);
        _entries.Add(name, new(name, ElementType.Float32, shape));
        _places.Add(name, (_at, group));
        _at += group == 0 ? count * sizeof(float) : count + (count / group * sizeof(float));
    }

    private torch.Tensor Scaled(long[] shape, long offset, int group)
    {
        var count = shape[0] * shape[1];
        var values = TensorBytes.Make(ElementType.Int8, [count / group, group], (at, bytes) => _file.Read(offset + at, bytes));
        var scales = TensorBytes.Make(ElementType.Float32, [count / group, 1], (at, bytes) => _file.Read(offset + count + at, bytes));
        return (values.to(torch.ScalarType.Float32) * scales).view(shape);
    }
}
