using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>The test images of a run's data set, for commands that take them where no own images are named.</summary>
static class TestImages
{
    /// <summary>How many to take, null for the command's default.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="option">The command's --limit.</param>
    /// <param name="files">The own images that are named.</param>
    /// <exception cref="UserException">It is no number of images, or own images are named beside it.</exception>
    public static int? Limit(ParseResult arguments, Option<int> option, string[] files)
    {
        int? limit = CommonOptions.Given(arguments, option);
        if (limit < 1) throw new UserException($"--limit {limit}: must be at least 1");
        if (limit is not null && files.Length > 0)
            throw new UserException($"--limit {limit}: counts test images, but images are named: leave one away");
        return limit;
    }

    /// <summary>Loads them.</summary>
    /// <exception cref="UserException">The data is not there, or not that which the run was trained on.</exception>
    public static ImageSet Load(ParseResult arguments, SavedRun saved, Terminal terminal, CancellationToken cancel, int? limit = null)
    {
        DataSplit data = SettingsOptions.LoadData(arguments, saved.State.Settings, terminal, cancel);
        saved.CheckData(data);
        return data.Test.Slice(0, Math.Min(limit ?? data.Test.Count, data.Test.Count));
    }
}
