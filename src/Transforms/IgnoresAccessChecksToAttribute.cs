namespace System.Runtime.CompilerServices;

/// <summary>The runtime knows this attribute by its name: the named assembly's internal members are open to this one.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
