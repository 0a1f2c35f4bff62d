using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace ML.Extensions;

/// <summary>A transformer whose state lives in ML.NET's model file.</summary>
internal interface ISavedComponent<TSelf>
    where TSelf : class, ITransformer, ISavedComponent<TSelf>
{
    /// <summary>At most 24 characters, as in the LoadableClass line of Bridge.cs; fixed once shipped.</summary>
    static abstract string LoadName { get; }

    /// <summary>Exactly 8 characters.</summary>
    static abstract string FormatName { get; }

    /// <summary>Version written; older ones must stay readable.</summary>
    static abstract uint FormatVersion { get; }

    /// <summary>Reads what the component's Save has written.</summary>
    static abstract TSelf Read(IHostEnvironment env, BinaryReader reader, uint version);
}
