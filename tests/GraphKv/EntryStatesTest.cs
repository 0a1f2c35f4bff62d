using ML.Extensions.GraphKv;
using TorchSharp;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>States of an entry lie in one block: what is evicted leaves a hole that the next fits into.</summary>
[TestClass]
[DoNotParallelize] // tensor counts are global
public sealed class EntryStatesTest
{
    [TestMethod]
    public void States_LieInOneBlock_WithTheirValues()
    {
        using var model = new RandomDecoder();
        using var scope = torch.NewDisposeScope();
        var (keys, values) = (Layers(7), Layers(7));
        float[][] expected = [.. keys.Concat(values).Select(t => t.data<float>().ToArray())];
        using var states = EntryStates.Together(keys, values);
        Assert.IsTrue(keys.Concat(values).All(t => t.IsInvalid), "the parts are freed");
        torch.Tensor[] found = [.. Enumerable.Range(0, states.Layers).Select(states.Keys), .. Enumerable.Range(0, states.Layers).Select(states.Values)];
        Follow(found);
        for (var i = 0; i < found.Length; i++)
            CollectionAssert.AreEqual(expected[i], found[i].data<float>().ToArray());
        var turner = new KeyTurner(model.Decoder.Spec);
        var turned = states.Turned(5, turner);
        Follow(turned);
        Assert.AreEqual(states.Bytes / 2, states.TurnedBytes);
        CollectionAssert.AreEqual(turner.Turn(states.Keys(1), 1, 5).contiguous().data<float>().ToArray(), turned[1].data<float>().ToArray());
    }

    [TestMethod]
    public void Dispose_FreesTheBlock()
    {
        using var model = new RandomDecoder();
        var before = torch.Tensor.TotalCount;
        var states = EntryStates.Together(Layers(4), Layers(4));
        states.Turned(2, new(model.Decoder.Spec));
        states.Dispose();
        Assert.IsLessThanOrEqualTo(before, torch.Tensor.TotalCount); // fewer where others' are finalised meanwhile
    }

    private static torch.Tensor[] Layers(int tokens) => [.. Enumerable.Range(0, 3).Select(_ => torch.rand(RandomDecoder.KeyHeads, tokens, RandomDecoder.Width / RandomDecoder.Heads))];

    private static void Follow(IReadOnlyList<torch.Tensor> tensors)
    {
        var at = 0L;
        foreach (var tensor in tensors)
        {
            Assert.IsTrue(tensor.is_contiguous());
            Assert.AreEqual(at, tensor.storage_offset());
            at += tensor.numel();
        }
    }
}
