using GeneratingImages.Training;

namespace GeneratingImages.Tests.Data;

/// <summary>The folder with the published archives, for tests that need whole data sets.</summary>
static class PublishedData
{
    /// <summary>Loads a data set from $GENIMG_DATA; without it the test is skipped, or fails where GENIMG_REQUIRE_DATA is 1.</summary>
    public static DataSplit Load(string name, int? limit = null, bool useCache = false) =>
        DataSets.Load(
            name, new DataOptions { Folder = Folder, Limit = limit, UseCache = useCache },
            cancel: TestContext.Current.CancellationToken);

    /// <summary>The folder, under the same conditions.</summary>
    public static string Folder
    {
        get
        {
            string? folder = Environment.GetEnvironmentVariable("GENIMG_DATA");
            if (Directory.Exists(folder)) return folder;
            string reason = $"GENIMG_DATA is '{folder}', not a folder with mnist/, cifar-100/ and lfw/: "
                + "this test needs the published archives";
            if (Environment.GetEnvironmentVariable("GENIMG_REQUIRE_DATA") == "1") Assert.Fail(reason);
            Assert.Skip(reason);
            return "";
        }
    }
}
