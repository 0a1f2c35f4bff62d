using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using ML.Extensions;
using ML.Extensions.GraphKv;
using ML.Extensions.Generation;
using ML.Extensions.LongText;
using ML.Extensions.Retrieval;

// The one file that touches ML.NET's internals for loading and saving. A component is one LoadableClass line: what ML.NET
// looks for when it meets the name in a model file.
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]
[assembly: LoadableClass(typeof(ITransformer), typeof(SavedComponents<LongTextEmbeddingTransformer>), null,
    typeof(SignatureLoadModel), "", LongTextEmbeddingTransformer.Name)]
[assembly: LoadableClass(typeof(ITransformer), typeof(SavedComponents<GraphKvAnswerTransformer>), null,
    typeof(SignatureLoadModel), "", GraphKvAnswerTransformer.Name)]
[assembly: LoadableClass(typeof(ITransformer), typeof(SavedComponents<TextGenerationTransformer>), null,
    typeof(SignatureLoadModel), "", TextGenerationTransformer.Name)]
[assembly: LoadableClass(typeof(ITransformer), typeof(SavedComponents<SegmentRetrievalTransformer>), null,
    typeof(SignatureLoadModel), "", SegmentRetrievalTransformer.Name)]

namespace ML.Extensions;

/// <summary>Saves and loads a component's state as an entry of its own in the model file.</summary>
internal static class SavedComponents<T>
    where T : class, ITransformer, ISavedComponent<T>
{
    /// <summary>Writes the header and the state.</summary>
    internal static void Save(ModelSaveContext ctx, Action<BinaryWriter> write)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version());
        ctx.SaveBinaryStream("State", write);
    }

    /// <summary>ML.NET finds this by reflection.</summary>
    internal static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version());
        T? made = null;
        if (!ctx.TryLoadBinaryStream("State", r => made = T.Read(env, r, ctx.Header.ModelVerWritten)))
            throw new InvalidDataException($"{T.LoadName}: the model file has no state for it.");
        return made!;
    }

    // The assembly's simple name: no version to mismatch.
    private static VersionInfo Version() => new(
        T.FormatName, T.FormatVersion, T.FormatVersion, 1,
        loaderSignature: T.LoadName, loaderAssemblyName: typeof(T).Assembly.GetName().Name);
}
