using System.CommandLine;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>From options to settings and data.</summary>
static class SettingsOptions
{
    /// <summary>The settings that the options describe; what is not given is taken from <paramref name="basis"/>.</summary>
    /// <exception cref="UserException">A value is out of range.</exception>
    public static RunSettings Read(ParseResult arguments, RunSettings basis, Option<int>? limit = null)
    {
        RunSettings settings = basis with
        {
            Dataset = CommonOptions.IsGiven(arguments, CommonOptions.Dataset) ? arguments.GetValue(CommonOptions.Dataset)! : basis.Dataset,
            Model = CommonOptions.Given(arguments, CommonOptions.Model) ?? basis.Model,
            Task = CommonOptions.Given(arguments, CommonOptions.Task) ?? basis.Task,
            Hide = CommonOptions.IsGiven(arguments, CommonOptions.Hide) ? ReadHide(arguments, basis) : basis.Hide,
            Latent = CommonOptions.Given(arguments, CommonOptions.Latent) ?? basis.Latent,
            Kernel = CommonOptions.Given(arguments, CommonOptions.Kernel) ?? basis.Kernel,
            Activation = CommonOptions.Given(arguments, CommonOptions.Activation) ?? basis.Activation,
            Channels = CommonOptions.IsGiven(arguments, CommonOptions.Channels)
                ? arguments.GetValue(CommonOptions.Channels)!
                : basis.Channels,
            Epochs = CommonOptions.Given(arguments, CommonOptions.Epochs) ?? basis.Epochs,
            Batch = CommonOptions.Given(arguments, CommonOptions.Batch) ?? basis.Batch,
            Optimizer = CommonOptions.Given(arguments, CommonOptions.Optimizer) ?? basis.Optimizer,
            LearningRate = CommonOptions.Given(arguments, CommonOptions.LearningRate) ?? basis.LearningRate,
            Schedule = CommonOptions.Given(arguments, CommonOptions.Schedule) ?? basis.Schedule,
            WarmUp = CommonOptions.Given(arguments, CommonOptions.WarmUp) ?? basis.WarmUp,
            WeightDecay = CommonOptions.Given(arguments, CommonOptions.WeightDecay) ?? basis.WeightDecay,
            ClipNorm = CommonOptions.Given(arguments, CommonOptions.ClipNorm) ?? basis.ClipNorm,
            Mirror = CommonOptions.IsGiven(arguments, CommonOptions.Mirror) ? arguments.GetValue(CommonOptions.Mirror) : basis.Mirror,
            Shift = CommonOptions.Given(arguments, CommonOptions.Shift) ?? basis.Shift,
            Patience = CommonOptions.Given(arguments, CommonOptions.Patience) ?? basis.Patience,
            Epsilon = CommonOptions.Given(arguments, CommonOptions.Epsilon) ?? basis.Epsilon,
            EpsilonPlace = CommonOptions.Given(arguments, CommonOptions.EpsilonPlace) ?? basis.EpsilonPlace,
            Seed = CommonOptions.Given(arguments, CommonOptions.Seed) ?? basis.Seed,
            Limit = (limit is null ? null : CommonOptions.Given(arguments, limit)) ?? basis.Limit,
        };
        settings.Validate();
        if (CommonOptions.IsGiven(arguments, CommonOptions.Hide) && settings.HideProblem is { } problem)
            throw new UserException($"--hide {arguments.GetValue(CommonOptions.Hide)}: {problem}");
        return settings;
    }

    /// <summary>An occlusion in the size of the data set's images.</summary>
    static string ReadHide(ParseResult arguments, RunSettings basis)
    {
        string dataset = CommonOptions.IsGiven(arguments, CommonOptions.Dataset)
            ? arguments.GetValue(CommonOptions.Dataset)!
            : basis.Dataset;
        return MaskFile.Find(arguments.GetValue(CommonOptions.Hide)!, "", DataSets.Find(dataset).Image).ToString();
    }

    /// <summary>How the data of a run's settings are loaded.</summary>
    public static DataOptions DataOf(ParseResult arguments, RunSettings settings) =>
        new() { Folder = arguments.GetValue(CommonOptions.Data), Limit = settings.Limit, HoldOut = settings.Patience > 0 };

    /// <summary>The data set of a run's settings.</summary>
    /// <exception cref="UserException">Its files are not there or damaged.</exception>
    public static DataSplit LoadData(ParseResult arguments, RunSettings settings, Terminal terminal, CancellationToken cancel)
    {
        DataSplit? data = null;
        terminal.Live(show => data = DataSets.Load(settings.Dataset, DataOf(arguments, settings), new DataProgressLine(show), cancel));
        return data!;
    }
}
