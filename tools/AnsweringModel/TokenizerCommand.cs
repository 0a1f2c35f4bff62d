using System.CommandLine;
using System.Globalization;
using ML.Extensions.AnsweringModel.Texts;
using ML.Extensions.AnsweringModel.Training;
using ML.Extensions.AnsweringModel.Vocabulary;
using ML.Extensions.NativeLibraries;

namespace ML.Extensions.AnsweringModel;

/// <summary>`tokenizer`: learns the vocabulary, and writes the model that training begins with.</summary>
internal static class TokenizerCommand
{
    private const int Size = 4_096, Seed = 1;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Folders.Option();
        var command = new Command("tokenizer", "Learns a vocabulary from the SDK's API documentation, and writes a model with random weights.") { folder };
        command.SetAction(parsed =>
        {
            NativeTorch.EnsureLoaded();
            var documents = ApiCorpus.Training();
            var words = Words.Count(documents.Select(d => d.Text));
            var vocabulary = BpeTrainer.Train(words, [TokenizerWriter.End], Size);
            var start = Folders.Start(parsed.GetValue(folder)!);
            StartModel.Write(start, new(vocabulary.Tokens.Count), Seed);
            TokenizerWriter.Write(Path.Combine(start, "tokenizer.json"), vocabulary);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{documents.Count:N0} documents, {documents.Sum(d => (long)d.Text.Length):N0} characters, {words.Count:N0} words, {vocabulary.Tokens.Count:N0} tokens: {start}"));
            return 0;
        });
        return command;
    }
}
