using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Tests.Conformance;
using TorchSharp;

namespace ML.Extensions.Tests.Encoders;

[TestClass]
public sealed class BertEncoderTest
{
    private const string Golden = "goldens/models";

    public static IEnumerable<(string Folder, string Run)> Cases
    {
        get
        {
            if (Shared.Root is not { } root)
                yield break;
            string[] layouts = [.. Directory.GetDirectories(Path.Combine(root, Golden, "layouts"), "bert-*").Select(f => "layouts/" + Path.GetFileName(f))];
            foreach (var folder in new[] { "bert/base", "bert/gelu_new_eps" }.Concat(layouts))
            {
                yield return (folder, "");
                if (folder == "bert/base")
                    yield return (folder, "edge_");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    [TestCategory("Shared")]
    public void Encode_AgreesWithTheReferenceImplementation(string folder, string run)
    {
        var path = Path.Combine(Shared.Root!, Golden, folder);
        using var encoder = Open(path);
        using var golden = new SafetensorsFile(Path.Combine(path, "golden.safetensors"));
        using var scope = torch.NewDisposeScope();
        var ids = golden.Read(run + "input_ids");
        var (rows, length) = ((int)ids.shape[0], (int)ids.shape[1]);
        var types = golden.Entries.ContainsKey(run + "token_type_ids") ? golden.Read(run + "token_type_ids") : null;
        var (allIds, mask) = (ids.data<long>().ToArray(), golden.Read(run + "attention_mask").data<long>().ToArray());
        var expected = golden.Read(run + "last_hidden_state").data<float>().ToArray();
        var width = encoder.Config.Width;
        for (var row = 0; row < rows; row++)
        {
            var n = Enumerable.Range(row * length, length).Count(i => mask[i] == 1);
            var tokens = allIds.AsSpan(row * length, n).ToArray().Select(i => (int)i).ToArray();
            var tokenTypes = types?.data<long>().ToArray().AsSpan(row * length, n).ToArray().Select(t => (int)t).ToArray();
            var actual = encoder.Encode(new(tokens, [n]) { TokenTypes = tokenTypes }, EncoderOutput.AllTokens).data<float>().ToArray();
            for (var i = 0; i < actual.Length; i++)
                Assert.AreEqual(expected[(row * length * width) + i], actual[i], 2e-5, $"row {row}, value {i}");
        }
    }

    [TestMethod]
    public void Encode_AgreesWithTheOracle()
    {
        using var weights = RandomBert.Weights(seed: 3);
        using var encoder = TextEncoders.Create(RandomBert.Config, weights, Precision.Float32, ComputeDevice.Cpu, "random");
        int[] ids = [5, 9, 2, 30, 7, 1, 1, 12, 3];
        float[] positions = [0, 0.5f, 1, 1.5f, 2, 2.25f, 0, 1, 15];
        float[] scales = [1.25f, 1];
        using var states = encoder.Encode(new(ids, [6, 3]) { Positions = positions, LogitScales = scales }, EncoderOutput.AllTokens);
        var actual = states.data<float>().ToArray();
        var first = BertOracle.Forward(weights, ids[..6], positions[..6], 1.25, RandomBert.Heads, RandomBert.Layers, RandomBert.Epsilon);
        var second = BertOracle.Forward(weights, ids[6..], positions[6..], 1, RandomBert.Heads, RandomBert.Layers, RandomBert.Epsilon);
        var expected = first.Concat(second).SelectMany(row => row).ToArray();
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-4, $"value {i}");
    }

    [TestMethod]
    public void FirstToken_EqualsTheFirstRows()
    {
        using var weights = RandomBert.Weights(seed: 4);
        using var encoder = TextEncoders.Create(RandomBert.Config, weights, Precision.Float32, ComputeDevice.Cpu, "random");
        var batch = new PackedTokens([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [4, 4, 2]);
        using var all = encoder.Encode(batch, EncoderOutput.AllTokens);
        using var first = encoder.Encode(batch, EncoderOutput.FirstToken);
        var (a, f) = (all.data<float>().ToArray(), first.data<float>().ToArray());
        int[] rows = [0, 4, 8];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var d = 0; d < RandomBert.Width; d++)
                Assert.AreEqual(a[(rows[i] * RandomBert.Width) + d], f[(i * RandomBert.Width) + d], 1e-5f);
        }
    }

    [TestMethod]
    [DoNotParallelize]
    public void Encode_LeavesNoTensorBehind()
    {
        using var weights = RandomBert.Weights(seed: 5);
        using var encoder = TextEncoders.Create(RandomBert.Config, weights, Precision.Float32, ComputeDevice.Cpu, "random");
        void Once()
        {
            encoder.Encode(new([1, 2, 3, 4], [2, 2]) { Positions = [0, 0.5f, 0, 1], LogitScales = [1, 2] }, EncoderOutput.AllTokens).Dispose();
            encoder.Encode(new([1, 2, 3, 4], [2, 2]), EncoderOutput.FirstToken).Dispose();
        }

        Once();
        GC.Collect(); // tensors that other tests have left to the finalizer
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 1_000; i++)
            Once();
        Assert.AreEqual(before, torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void UnknownArchitecture_IsNamedWithTheKnownOnes()
    {
        using var weights = RandomBert.Weights(seed: 6);
        var config = JsonSerializer.SerializeToElement(new { model_type = "mamba" });
        var error = Assert.ThrowsExactly<NotSupportedException>(
            () => TextEncoders.Create(config, weights, Precision.Float32, ComputeDevice.Cpu, "here/config.json"));
        StringAssert.Contains(error.Message, "'mamba'. Known: bert");
    }

    private static TextEncoder Open(string folder)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        using var weights = WeightFiles.Open(folder);
        return TextEncoders.Create(config.RootElement, weights, Precision.Float32, ComputeDevice.Cpu, folder);
    }
}
