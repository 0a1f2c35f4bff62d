using System.CommandLine;
using ML.Extensions.AnsweringModel;

var root = new RootCommand("Makes the small answering model: vocabulary, training on questions about API documentation, evaluation, files to ship.")
{
    TokenizerCommand.Create(), TrainCommand.Create(), EvaluateCommand.Create(), PackCommand.Create(),
};
return root.Parse(args).Invoke();
