using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Tokens that are encoded once, and what they see beside themselves. Its keys are stored before rotation, so only the
/// differences of positions count: the <see cref="Key"/> holds no position of its own. Models with learned positions have
/// it in the key. Source: Graph-KV, arXiv 2506.07334; the formalism is ours.
/// </summary>
internal sealed class Entry
{
    /// <summary>An entry that is encoded by itself.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ids">Its tokens; at least one.</param>
    /// <param name="offset">Position of its first token.</param>
    /// <param name="links">What all its tokens see; in any order.</param>
    /// <param name="joint">The pass of which it is a member; null where it is encoded by itself.</param>
    /// <exception cref="ArgumentException">There is no token, or the model's learned positions forbid a place.</exception>
    public Entry(ModelIdentity model, int[] ids, int offset, IEnumerable<EntryLink> links, JointPass? joint = null)
    {
        if (ids.Length == 0)
            throw new ArgumentException("An entry needs at least one token.", nameof(ids));
        (Ids, Offset, Joint) = (ids, offset, joint);
        Links = Canonical(links);
        if (model.LearnedPositions && Links.FirstOrDefault(l => l.Offset != l.Source.Offset) is { } moved)
            throw Moved(moved);
        Level = Links.Count == 0 ? 0 : 1 + Links.Max(l => l.Source.Level);
        Key = KeyOf(model);
    }

    /// <summary>Tokens.</summary>
    public int[] Ids { get; }

    /// <summary>Position of its first token.</summary>
    public int Offset { get; }

    /// <summary>What all its tokens see, in canonical order: by key, then by distance.</summary>
    public IReadOnlyList<EntryLink> Links { get; }

    /// <summary>Hash of the model, the tokens, and the sources with their distances.</summary>
    public EntryKey Key { get; }

    /// <summary>Longest way to it over links: sources have lower levels.</summary>
    public int Level { get; }

    /// <summary>The pass of which it is a member; null where it is encoded by itself.</summary>
    public JointPass? Joint { get; }

    /// <summary>Links in the order in which all readers go through them, so that sums do not depend on the caller's order.</summary>
    public static IReadOnlyList<EntryLink> Canonical(IEnumerable<EntryLink> links) =>
        [.. links.OrderBy(l => l.Source.Key).ThenBy(l => l.Offset)];

    /// <summary>A source that a model with learned positions cannot move.</summary>
    public static ArgumentException Moved(EntryLink link) => new(
        $"The model has learned positions: an entry encoded at position {link.Source.Offset} cannot be seen at {link.Offset}. Use a plan whose segments are seen where they were encoded.");

    private EntryKey KeyOf(ModelIdentity model)
    {
        var content = new ArrayBufferWriter<byte>();
        void Number(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(content.GetSpan(4), value);
            content.Advance(4);
        }

        content.Write(Encoding.ASCII.GetBytes(Joint is null ? "entry" : "joint"));
        content.Write(model.Hash);
        Number(model.LearnedPositions ? Offset : -1);
        Number(Ids.Length);
        Array.ForEach(Ids, Number);
        foreach (var link in Links)
        {
            link.Source.Key.Write(content.GetSpan(EntryKey.Size));
            content.Advance(EntryKey.Size);
            Number(link.Offset - Offset);
        }

        return EntryKey.Of(content.WrittenSpan);
    }
}
