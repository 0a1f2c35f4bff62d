using ML.Extensions.NativeLibraries;

[assembly: Parallelize(Workers = 1, Scope = ExecutionScope.ClassLevel)]

namespace ML.Extensions.Tests;

[TestClass]
public static class AssemblySetup
{
    [AssemblyInitialize]
    public static void LoadTorch(TestContext context) => NativeTorch.EnsureLoaded();
}
