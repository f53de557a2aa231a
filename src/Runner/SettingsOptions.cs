using System.CommandLine;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>From options to settings, data and device.</summary>
static class SettingsOptions
{
    /// <summary>The settings that the options describe; what is not given is taken from <paramref name="basis"/>.</summary>
    /// <exception cref="UserException">A value is out of range.</exception>
    public static RunSettings Read(ParseResult arguments, RunSettings basis, Option<int>? limit = null)
    {
        RunSettings settings = basis with
        {
            Dataset = Options.IsGiven(arguments, Options.Dataset) ? arguments.GetValue(Options.Dataset)! : basis.Dataset,
            Model = Options.Given(arguments, Options.Model) ?? basis.Model,
            Task = Options.Given(arguments, Options.Task) ?? basis.Task,
            Latent = Options.Given(arguments, Options.Latent) ?? basis.Latent,
            Kernel = Options.Given(arguments, Options.Kernel) ?? basis.Kernel,
            Activation = Options.Given(arguments, Options.Activation) ?? basis.Activation,
            Channels = Options.IsGiven(arguments, Options.Channels) ? arguments.GetValue(Options.Channels)! : basis.Channels,
            Epochs = Options.Given(arguments, Options.Epochs) ?? basis.Epochs,
            Batch = Options.Given(arguments, Options.Batch) ?? basis.Batch,
            Optimizer = Options.Given(arguments, Options.Optimizer) ?? basis.Optimizer,
            LearningRate = Options.Given(arguments, Options.LearningRate) ?? basis.LearningRate,
            Epsilon = Options.Given(arguments, Options.Epsilon) ?? basis.Epsilon,
            EpsilonPlace = Options.Given(arguments, Options.EpsilonPlace) ?? basis.EpsilonPlace,
            Seed = Options.Given(arguments, Options.Seed) ?? basis.Seed,
            Limit = (limit is null ? null : Options.Given(arguments, limit)) ?? basis.Limit,
        };
        settings.Validate();
        return settings;
    }

    /// <summary>The number of threads that was asked for; 0 for one per processor.</summary>
    /// <exception cref="UserException">It is out of range.</exception>
    public static int Threads(ParseResult arguments) => Options.Given(arguments, Options.Threads) switch
    {
        null => 0,
        >= 1 and <= WorkerPool.MaxThreads and int threads => threads,
        int other => throw new UserException($"--threads {other}: must be 1 to {WorkerPool.MaxThreads}"),
    };

    /// <summary>The data set of a run's settings.</summary>
    /// <exception cref="UserException">Its files are not there or damaged.</exception>
    public static DataSplit LoadData(ParseResult arguments, RunSettings settings, Terminal terminal, CancellationToken cancel)
    {
        var options = new DataOptions { Folder = arguments.GetValue(Options.Data), Limit = settings.Limit };
        DataSplit? data = null;
        terminal.Live(show => data = DataSets.Load(settings.Dataset, options, new DataProgressLine(show), cancel));
        return data!;
    }
}
