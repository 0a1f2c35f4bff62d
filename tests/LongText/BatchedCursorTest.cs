using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

/// <summary>The batched cursor below every transformer, by way of the embedder.</summary>
[TestClass]
public sealed class BatchedCursorTest
{
    private static readonly LongTextEmbeddingOptions SmallBatches =
        Samples.Plain with { Compute = new() { Precision = Precision.Float32, LookAhead = 3 } };

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Cursor_ComputesOnlyWhatIsAskedFor()
    {
        var read = 0;
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(10).Select(d =>
        {
            read++;
            return d;
        }));
        using var stop = new CancellationTokenSource();
        using var model = _ml.Fit(data, SmallBatches with { Compute = SmallBatches.Compute with { CancellationToken = stop.Token } });
        var view = model.Transform(data);
        Assert.AreEqual(0, read, "rows read by Fit and Transform");
        stop.Cancel(); // any pass through the network throws from here on
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).ToArray(), view.GetColumn<int>("Id").ToArray());
        using var cursor = view.GetRowCursor(view.Schema);
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsLessThanOrEqualTo(10 + 3, read, "rows read ahead");
    }

    [TestMethod]
    public void Cancellation_EndsAPass()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(10));
        using var stop = new CancellationTokenSource();
        using var model = _ml.Fit(data, SmallBatches with { Compute = SmallBatches.Compute with { CancellationToken = stop.Token } });
        var view = model.Transform(data);
        Assert.HasCount(10, view.Vectors());
        stop.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => view.Vectors());
    }

    [TestMethod]
    public void KeptColumns_OfEveryType_PassThroughABatch()
    {
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i => new EveryType(i)));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Key", "Words").Fit(data).Transform(data);
        using var model = _ml.Fit(keyed, SmallBatches);
        var view = model.Transform(keyed);
        using var plain = keyed.GetRowCursor(keyed.Schema);
        using var batched = view.GetRowCursor(view.Schema);
        var expected = keyed.Schema.Select(c => Printer(plain, c)).ToArray();
        var actual = keyed.Schema.Select(c => Printer(batched, view.Schema[c.Index])).ToArray();
        DataViewRowId Id(DataViewRow row)
        {
            DataViewRowId id = default;
            row.GetIdGetter()(ref id);
            return id;
        }

        while (plain.MoveNext())
        {
            Assert.IsTrue(batched.MoveNext());
            Assert.AreEqual(plain.Position, batched.Position);
            Assert.AreEqual(Id(plain), Id(batched));
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i](), actual[i](), keyed.Schema[i].ToString());
        }

        Assert.IsFalse(batched.MoveNext());
    }

    [TestMethod]
    public void RowsInAnyOrder_KeepTheirVectors()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(30));
        using var model = _ml.Fit(data, SmallBatches);
        var view = model.Transform(data);
        var byId = Pairs(view);
        Same(byId, Pairs(_ml.Data.ShuffleRows(view, seed: 3)));
        Same(byId, Pairs(_ml.Data.Cache(view)));
        var filtered = Pairs(_ml.Data.FilterRowsByColumn(view, "Number", 5, 20));
        Assert.HasCount(15, filtered);
        Same(byId, filtered);
        Same(byId, Pairs(_ml.Data.TakeRows(_ml.Data.SkipRows(view, 4), 9)));
        var set = view.GetRowCursorSet(view.Schema, 4);
        Same(byId, set.SelectMany(Pairs).ToDictionary());
        foreach (var cursor in set)
            cursor.Dispose();
    }

    [TestMethod]
    public void CrossValidate_Works()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(40));
        var pipeline = _ml.Transforms.Text.EmbedLongText("Features", "Text", Samples.Plain)
            .AppendCacheCheckpoint(_ml).Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression());
        foreach (var fold in _ml.BinaryClassification.CrossValidate(data, pipeline, numberOfFolds: 2))
        {
            Assert.IsGreaterThan(0.9, fold.Metrics.Accuracy);
            (fold.Model as IDisposable)?.Dispose();
        }
    }

    [TestMethod]
    public void LookAhead_IsBoundedByCharacters()
    {
        var read = 0;
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 1_000).Select(i =>
        {
            read++;
            return new Document { Text = string.Concat(Enumerable.Repeat("x y z ", 2_000)) };
        }));
        var options = Samples.Plain with { MaxTokens = 16, BeyondLimit = BeyondLimit.Truncate, Compute = new() { TokensPerBatch = 1_024 } };
        using var model = _ml.Fit(data, options);
        var view = model.Transform(data);
        using var cursor = view.GetRowCursor(view.Schema);
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsLessThan(5, read);
    }

    private static Dictionary<int, float[]> Pairs(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        return Pairs(cursor).ToDictionary();
    }

    private static List<KeyValuePair<int, float[]>> Pairs(DataViewRowCursor cursor)
    {
        var id = cursor.GetGetter<int>(cursor.Schema["Id"]);
        var vector = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Embedding"]);
        var pairs = new List<KeyValuePair<int, float[]>>();
        while (cursor.MoveNext())
        {
            var key = 0;
            VBuffer<float> value = default;
            vector(ref value);
            id(ref key);
            pairs.Add(new(key, [.. value.DenseValues()]));
        }

        return pairs;
    }

    private static void Same(Dictionary<int, float[]> expected, Dictionary<int, float[]> actual)
    {
        Assert.IsNotEmpty(actual);
        Samples.SameVectors([.. actual.Keys.Select(k => expected[k])], [.. actual.Values]);
    }

    private static Func<string> Printer(DataViewRow row, DataViewSchema.Column column) => (Func<string>)typeof(BatchedCursorTest)
        .GetMethod(column.Type is VectorDataViewType ? nameof(Vector) : nameof(Scalar), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
        .MakeGenericMethod(column.Type is VectorDataViewType v ? v.ItemType.RawType : column.Type.RawType).Invoke(null, [row, column])!;

    private static Func<string> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value!.ToString()!;
        };
    }

    private static Func<string> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return $"{value.Length}: {string.Join(", ", value.DenseValues())}";
        };
    }
}
