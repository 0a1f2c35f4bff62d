using System.CommandLine;
using ML.Extensions.DefaultModel;

var root = new RootCommand("Makes the default model's rotary twin: training text, training, evaluation, package.")
{
    TextCommand.Create(), DistilCommand.Create(), ContrastCommand.Create(), AverageCommand.Create(), EvaluateCommand.Create(), PackCommand.Create(),
    PositionCommand.Create(), PackPositionsCommand.Create(),
};
return root.Parse(args).Invoke();
