using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.LongText;

/// <summary>One line of modules.json.</summary>
/// <param name="Type">Python name of the class.</param>
/// <param name="Path">Its folder inside the model's, as written; empty for the model's own.</param>
/// <param name="Folder">Full path of that folder.</param>
internal sealed record ModuleEntry(string Type, string Path, string Folder)
{
    /// <summary>Name of the class without its package, which has moved between releases.</summary>
    public string Kind => Type[(Type.LastIndexOf('.') + 1)..];

    /// <summary>Reads modules.json in order.</summary>
    /// <exception cref="InvalidDataException">It is broken, or a path leaves the folder.</exception>
    /// <exception cref="NotSupportedException">A module is not one of sentence-transformers' own.</exception>
    public static IReadOnlyList<ModuleEntry> Read(string root)
    {
        const string origin = "modules.json";
        using var json = JsonFile.Open(System.IO.Path.Combine(root, origin), JsonValueKind.Array);
        var modules = new List<ModuleEntry>();
        foreach (var item in json.RootElement.EnumerateArray())
        {
            var type = item.Text("type", origin) ?? throw new InvalidDataException($"{origin}: a module has no 'type'.");
            var path = item.Text("path", origin) ?? "";
            if (!type.StartsWith("sentence_transformers.", StringComparison.Ordinal) && !(type == "custom_st.Transformer" && HasAdapters(Inside(root, path))))
                throw new NotSupportedException($"{origin}: the module '{type}' is code of the model's own; only sentence_transformers' modules are known.");
            modules.Add(new(type, path, Inside(root, path)));
        }

        return modules;
    }

    /// <summary>Jina v3's own code is a Transformer that adds the adapter of a task, which we do.</summary>
    private static bool HasAdapters(string folder)
    {
        const string name = "config.json";
        var path = System.IO.Path.Combine(folder, name);
        if (!File.Exists(path))
            return false;
        using var config = JsonFile.Open(path);
        return config.RootElement.Find("lora_adaptations") is not null;
    }

    private static string Inside(string root, string path)
    {
        var full = System.IO.Path.GetFullPath(root);
        var parts = path.Split('/', '\\');
        if (path.Length > 0 && (parts.Any(p => p is "" or "." or "..") || path.AsSpan().ContainsAny(":\0")))
            throw new InvalidDataException($"modules.json: the path '{path}' is not that of a folder inside the model's.");
        return path.Length == 0 ? full : System.IO.Path.Combine([full, .. parts]);
    }
}
