using ML.Extensions.Search;

namespace ML.Extensions.Tests.Search;

[TestClass]
public class ApiDocumentationTest
{
    private const string Sample = """
        <doc><members>
          <member name="M:A.Box`1.Put(`0,System.Int32[])"><returns>True if it fits.</returns><param name="item">The item; see <see cref="T:A.Lid"/>.</param><summary>Puts   an
            item in.</summary><exception cref="T:System.ArgumentNullException"><paramref name="item" /> is <see langword="null" />.</exception></member>
          <member name="M:A.Box`1.#ctor"><summary>Makes one.</summary></member>
          <member name="T:A.Box`1"><summary>A box.</summary><remarks><para>First.</para><para>Second.</para></remarks></member>
          <member name="T:A.Empty"></member>
        </members></doc>
        """;

    [TestMethod]
    public void Read_GivesOneDocumentAType()
    {
        using var folder = new TempFolder();
        var documents = ApiDocumentation.Read([folder.Write("a.xml", Sample)]);
        Assert.HasCount(1, documents);
        Assert.AreEqual("A.Box<T>", documents[0].Id);
        Assert.AreEqual(
            "A.Box<T>\nA box.\nFirst. Second.\n\nBox.Put(T, Int32[])\nPuts an item in.\nitem: The item; see Lid.\nReturns: True if it fits.\n"
            + "ArgumentNullException: item is null.\n\nBox constructor\nMakes one.\n",
            documents[0].Text);
    }

    [TestMethod]
    public void Links_AreTheTypesNamedByCref()
    {
        using var folder = new TempFolder();
        var documents = ApiDocumentation.Read([folder.Write("a.xml", """
            <doc><members>
              <member name="T:A.Lid"><summary>A lid; see <see cref="M:A.Box`1.Put(`0,System.Int32[])"/>.</summary></member>
              <member name="T:A.Box`1"><summary>A box with a <see cref="T:A.Lid"/> on <see cref="T:A.Box`1"/>.</summary></member>
              <member name="P:A.Box`1.Size"><summary>Size; see <see cref="!:nothing"/> and <seealso cref="T:System.Int32"/>.</summary></member>
            </members></doc>
            """)]).ToDictionary(d => d.Id, d => string.Join(' ', d.Links));
        Assert.AreEqual("A.Box<T>", documents["A.Lid"]);
        Assert.AreEqual("A.Lid", documents["A.Box<T>"]);
    }

    [TestMethod]
    public void Read_RefusesDtd()
    {
        using var folder = new TempFolder();
        var file = folder.Write("a.xml", "<!DOCTYPE doc [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><doc>&e;</doc>");
        var error = Assert.ThrowsExactly<InvalidDataException>(() => ApiDocumentation.Read([file]));
        StringAssert.Contains(error.Message, "a.xml", StringComparison.Ordinal);
    }

    [TestMethod]
    public void ReadSdk_HoldsAboutThreeHundredThousandWords()
    {
        var words = ApiDocumentation.ReadSdk(all: false).Sum(d => d.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).LongLength);
        Assert.IsTrue(words is > 250_000 and < 350_000, $"{words} words");
    }
}
