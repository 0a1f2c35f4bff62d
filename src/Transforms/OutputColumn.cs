using Microsoft.ML.Data;

namespace ML.Extensions;

/// <summary>A column that a batched transformer adds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
internal sealed record OutputColumn(string Name, DataViewType Type);
