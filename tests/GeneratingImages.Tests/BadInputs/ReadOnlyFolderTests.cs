using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Files;
using GeneratingImages.Tests.Runner;

namespace GeneratingImages.Tests.BadInputs;

[Collection("command line")]
public sealed class ReadOnlyFolderTests
{
    [Fact]
    [Trait("bad-input", "33")]
    public void A_folder_on_a_read_only_disk_is_refused_before_training()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(folder["disk"], megabytes: 4);
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(disk["run"])).Code);
        disk.Seal();
        Genimg.Run(Genimg.Tiny(disk["new"])).Refused(2, disk["new"], "--out");
        Genimg.Run("train", "--resume", disk["run"], "--epochs", "3").Refused(2, disk["run"], "copy the run to a folder you may write to");
        Assert.Equal(0, Genimg.Run("evaluate", disk["run"]).Code);
    }
}
