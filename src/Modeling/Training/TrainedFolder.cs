using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>Writes a trained model as a sentence-transformers folder: the files of the model it began with, new config and weights.</summary>
/// <param name="source">The model that training began with.</param>
/// <param name="checkpoint">The same, opened.</param>
/// <param name="config">Content of config.json.</param>
/// <param name="window">Most tokens of a text.</param>
internal sealed class TrainedFolder(EmbeddingModel source, EmbeddingCheckpoint checkpoint, JsonElement config, int window)
{
    private const string Modules = "modules.json";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What a file of weights says of itself.</summary>
    public static IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string> { ["format"] = "pt" };

    /// <summary>Whether the pooling is written anew, being another one than the source's.</summary>
    public bool WritesPooling { get; init; }

    /// <summary>Writes aside and renames.</summary>
    /// <param name="folder">Path; an existing folder is replaced.</param>
    /// <param name="weights">Writes the weights' file, in a scope of its own.</param>
    /// <exception cref="IOException">There is a file of that name, or a folder that is no model's.</exception>
    public void Write(string folder, Action<string> weights)
    {
        CheckTarget(folder);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var aside = target + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            Directory.CreateDirectory(aside);
            var encoder = Copy(aside);
            Directory.CreateDirectory(Path.Combine(aside, encoder));
            File.WriteAllText(Path.Combine(aside, encoder, "config.json"), JsonSerializer.Serialize(config, Indented));
            using (NewDisposeScope())
            using (no_grad())
                weights(Path.Combine(aside, encoder, "model.safetensors"));

            Replace(aside, target);
        }
        finally
        {
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
        }
    }

    /// <summary>Refuses a folder that is there already and is no model's: it would be deleted.</summary>
    /// <exception cref="IOException">It is one, or a file.</exception>
    public static void CheckTarget(string folder)
    {
        if (File.Exists(folder))
            throw new IOException($"{folder} is a file; the trained model is a folder.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, "config.json")) && !File.Exists(Path.Combine(folder, Modules)))
            throw new IOException($"{folder} is there already and holds no model (neither config.json nor {Modules}); the trained model would replace it with all that is in it. Choose another folder.");
    }

    /// <summary>Gives a complete folder its name. A folder that had it is moved away first and deleted then.</summary>
    public static void Replace(string aside, string target)
    {
        var old = target + "." + Guid.NewGuid().ToString("N") + ".old";
        if (Directory.Exists(target))
            Directory.Move(target, old);
        Directory.Move(aside, target);
        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
    }

    /// <summary>Copies everything but config and weights; gives the encoder's folder inside the model's.</summary>
    private string Copy(string target)
    {
        if (source is EmbeddingModel.Package package)
        {
            var vocabulary = Encoding.UTF8.GetString(PackagedModels.Files(package.AssemblyName)["vocab.txt"]).ReplaceLineEndings("\n");
            File.WriteAllText(Path.Combine(target, "vocab.txt"), vocabulary);
            Json(target, "tokenizer_config.json", new { tokenizer_class = "BertTokenizer", do_lower_case = true, model_max_length = window });
            WriteModules(target);
            return "";
        }

        var path = ((EmbeddingModel.Folder)source).Path;
        if (FileModel.Find(path) is { } single)
        {
            var file = FileModel.Open(single);
            using (file.Weights)
                file.WriteTokenizer(target);
            WriteModules(target);
            return "";
        }

        var files = FolderFiles.Of(path);
        var modules = files.Names.Contains(Modules) ? ModuleEntry.Read(files.Root) : null;
        var encoder = modules?[0].Path ?? "";
        var own = WeightFiles.Names(modules?[0].Folder ?? files.Root).Append("config.json").Select(n => encoder.Length == 0 ? n : encoder.Replace('\\', '/') + "/" + n).ToHashSet(StringComparer.Ordinal);
        foreach (var name in files.Names.Where(n => !own.Contains(n)))
        {
            var copy = Path.Combine([target, .. name.Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine([files.Root, .. name.Split('/')]), copy);
        }

        foreach (var module in modules?.Skip(1) ?? [])
            Directory.CreateDirectory(Path.Combine(target, module.Path)); // a Normalize module has no file
        if (modules is null)
            WriteModules(target);
        else if (window != checkpoint.MaxSequenceLength)
            WriteWindow(Path.Combine(target, encoder));
        if (modules is not null && WritesPooling)
            WritePooling(Path.Combine(target, modules[1].Path));
        return encoder;
    }

    /// <summary>Sets max_seq_length in the settings file that the folder has, or in a new one.</summary>
    private void WriteWindow(string folder)
    {
        var name = TransformerSettings.FileNames.FirstOrDefault(n => File.Exists(Path.Combine(folder, n))) ?? TransformerSettings.FileNames[0];
        var settings = File.Exists(Path.Combine(folder, name)) ? JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name)))!.AsObject() : [];
        settings["max_seq_length"] = window;
        Json(folder, name, settings);
    }

    private void WriteModules(string target)
    {
        static Dictionary<string, object> Module(int number, string kind, string path) => new()
        {
            ["idx"] = number, ["name"] = number.ToString(System.Globalization.CultureInfo.InvariantCulture), ["path"] = path, ["type"] = "sentence_transformers.models." + kind,
        };
        Json(target, Modules, new[] { Module(0, "Transformer", ""), Module(1, "Pooling", "1_Pooling"), Module(2, "Normalize", "2_Normalize") });
        Directory.CreateDirectory(Path.Combine(target, "1_Pooling"));
        Directory.CreateDirectory(Path.Combine(target, "2_Normalize"));
        WritePooling(Path.Combine(target, "1_Pooling"));
        Json(target, "sentence_bert_config.json", new { max_seq_length = window, do_lower_case = false });
        Json(target, "config_sentence_transformers.json", new { prompts = checkpoint.Prompts, default_prompt_name = checkpoint.DefaultPromptName, similarity_fn_name = "cosine" });
    }

    private void WritePooling(string folder) =>
        Json(folder, "config.json", checkpoint.Pooling.Select(PoolingConfig.Flag).Append("include_prompt").ToDictionary(f => f, f => f != "include_prompt" || checkpoint.IncludePrompt));

    private static void Json<T>(string folder, string name, T content) =>
        File.WriteAllText(Path.Combine(folder, name), JsonSerializer.Serialize(content, Indented));
}
